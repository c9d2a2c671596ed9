/** The start cannot go on, and the sentence says why and what to do. The process ends with 78 (EX_CONFIG). */
export class BootError extends Error {
  override name = 'BootError'
}
