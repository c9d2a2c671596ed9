import { createPeople, type People } from '../people/index.ts'
import { openVault } from '../store/vault.ts'
import { type Command, type Context, exitCodes } from './command.ts'
import { type Data, silentLog, withData } from './data.ts'

const peopleOf = ({ config }: Context, { db }: Data): People =>
  createPeople({
    db,
    vault: openVault(db, config.masterKeyFile),
    log: silentLog,
    now: Date.now,
    claimCode: config.claimCode ?? undefined,
    relyingParty: () => null,
  })

/** The code as the appliance knows it; before the first start it is made, as the start would make it. */
const codeOf = async (people: People, data: Data): Promise<string | null> => {
  if (data.running) return people.claimCode()
  await people.start()
  const code = people.claimCode()
  await people.stop()
  return code
}

export const claimCode: Command = {
  takes: [],
  summary: 'the code with which the first person claims this box',
  detail: 'Reads the database, whether the appliance runs or not. Ends with 1 when the box is claimed already.',
  run: (context) =>
    withData(context, async (data) => {
      const people = peopleOf(context, data)
      const code = await codeOf(people, data)
      if (code !== null) {
        context.tell({ claimed: false, claimCode: code }, [code])
        return exitCodes.done
      }
      if (context.json) context.tell({ claimed: people.isClaimed(), claimCode: null }, [])
      context.err(people.isClaimed() ? 'This box is claimed already: there is no code.' : 'The box has no code yet.')
      return exitCodes.failed
    }),
}

export const resetPassword: Command = {
  takes: ['NAME'],
  summary: 'a new password for somebody who cannot sign in',
  detail:
    'Prints a password for one sign-in, after which a new one must be chosen. Ends all sign-ins of the person and ' +
    'takes the second factor away. Works on the database, whether the appliance runs or not; it is audited.',
  run: (context, [name = '']) =>
    withData(context, (data) => {
      const password = peopleOf(context, data).resetPassword(name)
      context.tell({ username: name, password }, [
        `The new password of ${name} is: ${password}`,
        'It is good for signing in once; then a new one must be chosen.',
      ])
      return exitCodes.done
    }),
}
