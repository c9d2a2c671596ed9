import { took } from '../lib/format.ts'

/** "Took 0.4 s.", without the false exactness of "0.0 s". */
export const lasted = (ms: number): string => (ms < 100 ? 'Took less than 0.1 s.' : `Took ${took(ms)}.`)
