/** Used and whole size in bytes. */
export interface Fill {
  used: number
  total: number
}

/** Bytes that passed the default interface since some moment in the past, and when that was read (ms). */
export interface Counters {
  at: number
  interface: string
  rx: number
  tx: number
}

/** What is measured on this machine. A reading that the machine does not have is null. */
export interface Readings {
  /** Percent of all cores together, since the reading before. */
  cpu(): Promise<number>
  memory(): Promise<Fill>
  /** Degrees Celsius of the processor. */
  temperature(): Promise<number | null>
  /** The disk that the data folder lies on. */
  disk(): Promise<Fill | null>
  network(): Promise<Counters | null>
}
