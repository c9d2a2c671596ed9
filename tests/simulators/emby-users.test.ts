import { describe, expect, it } from 'vitest'
import { listOf, run, signIn, type Wire } from './emby-harness.ts'

describe('people', () => {
  it('are listed with and without /Query', async () => {
    const { sim, call } = await run()
    sim.addUser({ name: 'ada', password: 'ada-secret' })
    const listed = listOf(await call('GET', '/emby/Users'))
    const queried = (await call('GET', '/emby/Users/Query')).json()
    expect(listed.map((user) => user['Name'])).toEqual(['ada', 'root'])
    expect(queried).toEqual({ Items: listed, TotalRecordCount: 2 })
    expect(listed[0]?.['Policy']).toMatchObject({ SimultaneousStreamLimit: 0, ExcludedSubFolders: [] })
    expect(listed[0]?.['Policy']).not.toHaveProperty('MaxActiveSessions')
  })

  it('sign in with Pw, and not with Password', async () => {
    const running = await run()
    running.sim.addUser({ name: 'ada', password: 'ä & "ß' })
    expect((await signIn(running, { Username: 'ada', Password: 'ä & "ß' })).status).toBe(401)
    const answer = await signIn(running, { Username: 'ada', Pw: 'ä & "ß' })
    expect(answer.json()).toMatchObject({ User: { Name: 'ada' }, ServerId: running.serverId })
    const key = String(answer.json()['AccessToken'])
    expect((await running.call('GET', '/emby/Users/Query', { key })).status).toBe(403)
    expect((await running.call('POST', '/emby/Sessions/Logout', { key })).status).toBe(204)
    expect((await running.call('GET', '/emby/Sessions', { key })).status).toBe(401)
  })

  it('that are new come in with an empty password until one is set', async () => {
    const running = await run()
    const { Id } = (await running.call('POST', '/emby/Users/New', { body: { Name: 'grace' } })).json()
    expect((await signIn(running, { Username: 'grace', Pw: '' })).status).toBe(200)
    const body = { Id, CurrentPw: '', NewPw: 'long enough', ResetPassword: false }
    expect((await running.call('POST', `/emby/Users/${Id}/Password`, { body })).status).toBe(204)
    expect((await signIn(running, { Username: 'grace', Pw: '' })).status).toBe(401)
    expect((await signIn(running, { Username: 'grace', Pw: 'long enough' })).status).toBe(200)
  })

  it('lose their password when it is reset, whatever else is sent', async () => {
    const { sim, call } = await run()
    const { id } = sim.addUser({ name: 'ada', password: 'ada-secret' })
    const body = { Id: id, NewPw: 'another one', ResetPassword: true }
    expect((await call('POST', `/emby/Users/${id}/Password`, { body })).status).toBe(204)
    expect(sim.user('ada')?.password).toBe('')
  })
})

describe('libraries', () => {
  it('have a number and a GUID, and are not at the path where Jellyfin has them', async () => {
    const { sim, call } = await run()
    const folders = listOf(await call('GET', '/emby/Library/SelectableMediaFolders'))
    expect(folders[0]).toMatchObject({ Name: 'Films', Guid: sim.guidOf('Films'), IsUserAccessConfigurable: true })
    expect(folders[0]?.['Id']).toMatch(/^\d+$/)
    const { Items } = (await call('GET', '/emby/Library/VirtualFolders/Query')).json() as { Items: Wire[] }
    expect(Items.map((one) => one['ItemId'])).toEqual(folders.map((one) => one['Id']))
    expect((await call('GET', '/emby/Library/VirtualFolders')).status).toBe(404)
  })

  it('are allowed by GUID only: a number is taken and means nothing', async () => {
    const { sim, call } = await run()
    const { id } = sim.addUser({ name: 'ada' })
    const { Policy } = (await call('GET', `/emby/Users/${id}`)).json() as { Policy: Wire }
    const set = (EnabledFolders: string[]) =>
      call('POST', `/emby/Users/${id}/Policy`, { body: { ...Policy, EnableAllFolders: false, EnabledFolders } })
    expect((await set(['3', sim.guidOf('Films')])).status).toBe(204)
    const after = (await call('GET', `/emby/Users/${id}`)).json() as { Policy: Wire }
    expect(after.Policy).toEqual({ ...Policy, EnableAllFolders: false, EnabledFolders: [sim.guidOf('Films')] })
  })

  it('are all allowed again when a policy leaves them out', async () => {
    const { sim, call } = await run()
    const { id } = sim.addUser({ name: 'ada', policy: { EnableAllFolders: false } })
    await call('POST', `/emby/Users/${id}/Policy`, { body: { SimultaneousStreamLimit: 2 } })
    const { Policy } = (await call('GET', `/emby/Users/${id}`)).json()
    expect(Policy).toMatchObject({ EnableAllFolders: true, SimultaneousStreamLimit: 2 })
  })
})

it('keeps its last admin', async () => {
  const { sim, call } = await run()
  const id = sim.user('root')?.id
  const answer = await call('POST', `/emby/Users/${id}/Policy`, { body: { IsAdministrator: false } })
  expect(answer.status).toBe(400)
})
