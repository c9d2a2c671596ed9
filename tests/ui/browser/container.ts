import type { Engine } from '../../engines/engine.ts'

/** Makes a container out of the machine's busybox and starts it. Answers its id on the engine. */
export const addContainer = async (engine: Engine, name: string, settings: object): Promise<string> => {
  const Image = await engine.importBusybox()
  const made = await engine.api('POST', `/containers/create?name=${name}`, { Image, ...settings })
  if (made.status !== 201) throw new Error(`${name} was not made: ${JSON.stringify(made.body)}`)
  const { Id } = made.body as { Id: string }
  await engine.api('POST', `/containers/${Id}/start`)
  return Id
}
