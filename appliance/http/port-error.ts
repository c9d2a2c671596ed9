import { BootError } from '../lib/boot-error.ts'

/** Why a port could not be opened, as a sentence that stops the boot; anything else as it is. */
export const portError = (cause: unknown, config: { host: string; port: number }): unknown => {
  const { code, port } = cause as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE')
    return new BootError(
      `Port ${port ?? config.port} is in use: set BELFRY_PORT to another one, or stop what listens there.`,
      { cause },
    )
  if (code === 'EACCES')
    return new BootError(
      `Port ${port ?? config.port} may not be opened by this user: take one above 1023, or give the capability.`,
      { cause },
    )
  if (code === 'EADDRNOTAVAIL')
    return new BootError(`BELFRY_HOST names ${config.host}, which is no address of this machine.`, { cause })
  return cause
}
