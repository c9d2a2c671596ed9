import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** Kills this process right before the `dieAt`-th change that it makes to files; 0 = never. Databases are not counted. */
export const dieBeforeChange = (dieAt: number): void => {
  let calls = 0
  const counted = <A extends unknown[], R>(real: (...args: A) => R) => {
    return (...args: A): R => {
      calls++
      if (calls === dieAt) process.kill(process.pid, 'SIGKILL')
      return real(...args)
    }
  }
  fs.writeFileSync = counted(fs.writeFileSync)
  fs.renameSync = counted(fs.renameSync)
  fs.fsyncSync = counted(fs.fsyncSync)
  fs.chmodSync = counted(fs.chmodSync)
  fs.rmSync = counted(fs.rmSync)
  syncBuiltinESMExports()
}
