import { extname } from 'node:path'

/** The address of a worker's program beside `caller`: a .ts file here, a .js file in a bundle. */
export const workerFile = (name: string, caller: string): URL =>
  new URL(`./${name}${extname(new URL(caller).pathname)}`, caller)
