import { OWNER_ID } from './accounts.ts'
import { container, node } from './node.ts'
import { answered, type PlexRoute, refused } from './routes.ts'
import { TIMESPAN } from './statistics.ts'
import type { World } from './world.ts'

const GET = ['GET']

export function serverRoutes(world: World): PlexRoute[] {
  const { version, machineIdentifier } = world
  return [
    {
      methods: GET,
      pattern: '/identity',
      access: 'anyone',
      handle: (call) => answered(call, container([], { claimed: true, machineIdentifier, version })),
    },
    { methods: GET, pattern: '/', access: 'member', handle: (call) => answered(call, rootNode(world)) },
    {
      methods: GET,
      pattern: '/accounts',
      access: 'owner',
      handle: (call) => answered(call, container(accountNodes(world), { identifier: 'com.plexapp.system.accounts' })),
    },
    ...statisticsRoutes(world),
  ]
}

function rootNode(world: World) {
  const { name, version, machineIdentifier, accounts, sessions } = world
  const transcodes = sessions.list().filter(({ transcode }) => transcode?.video === 'transcode')
  return container([], {
    friendlyName: name,
    machineIdentifier,
    version,
    platform: 'Linux',
    platformVersion: '6.12',
    myPlex: true,
    myPlexSigninState: 'ok',
    myPlexSubscription: world.settings.plexPass,
    myPlexUsername: accounts.list().find(({ id }) => id === OWNER_ID)?.name,
    transcoderActiveVideoSessions: transcodes.length,
    updatedAt: Math.floor(world.now() / 1000),
  })
}

/** The list begins with an account that has no name: nobody. */
function accountNodes({ accounts }: World) {
  const nobody = node('Account', { id: 0, key: '/accounts/0', name: '' })
  const people = accounts.list().map(({ id, name }) => {
    const thumb = `https://plex.tv/users/${id}/avatar`
    return node('Account', { id, key: `/accounts/${id}`, name, autoSelectAudio: true, subtitleMode: 0, thumb })
  })
  return [nobody, ...people]
}

function statisticsRoutes(world: World): PlexRoute[] {
  const { statistics, settings } = world
  const isAsked = (timespan: string | null) => timespan === null || Number(timespan) === TIMESPAN
  return [
    {
      methods: GET,
      pattern: '/statistics/resources',
      access: 'owner',
      handle(call) {
        if (!settings.plexPass) return refused(401)
        statistics.settle()
        return answered(call, container(isAsked(call.query.get('timespan')) ? statistics.loads() : []))
      },
    },
    {
      methods: GET,
      pattern: '/statistics/bandwidth',
      access: 'owner',
      handle(call) {
        if (!settings.plexPass) return refused(401)
        statistics.settle()
        const devices = statistics.devices().map((device) => node('Device', { ...device }))
        const flows = isAsked(call.query.get('timespan')) ? statistics.flows() : []
        return answered(call, container([...devices, ...accountNodes(world).slice(1), ...flows]))
      },
    },
  ]
}
