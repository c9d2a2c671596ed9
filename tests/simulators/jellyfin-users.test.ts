import { describe, expect, it } from 'vitest'
import { device, run, signIn, tokenOf, type Wire } from './jellyfin-harness.ts'

describe('users', () => {
  it('signs in with Pw and not with Password, and logs both', async () => {
    const running = await run()
    running.sim.addUser({ name: 'Ada', password: 'enigma' })
    const body = { Username: 'ada', Password: 'enigma' }
    const wrong = await running.call('POST', '/Users/AuthenticateByName', {
      key: null,
      headers: { authorization: device('x') },
      body,
    })
    expect([wrong.status, wrong.text]).toEqual([401, 'Error processing request.'])
    const right = (await signIn(running, 'ADA', 'enigma')).json()
    expect(right).toMatchObject({ User: { Name: 'Ada' }, SessionInfo: { UserName: 'Ada' }, ServerId: running.serverId })
    const log = (await running.call('GET', '/System/ActivityLog/Entries')).json()
    const types = (log['Items'] as Wire[]).map((entry) => entry['Type'])
    expect(types).toEqual(['AuthenticationSucceeded', 'SessionStarted', 'AuthenticationFailed'])
  })

  it('wants the device to be named at a sign-in', async () => {
    const { call } = await run()
    const body = { Username: 'root', Pw: 'root-secret' }
    expect((await call('POST', '/Users/AuthenticateByName', { key: null, body })).status).toBe(400)
  })

  it('leaves a session per sign-in until it is signed out', async () => {
    const running = await run()
    const key = await tokenOf(running, 'root')
    expect(await running.sessions()).toHaveLength(1)
    expect((await running.call('POST', '/Sessions/Logout', { key })).status).toBe(204)
    expect(await running.sessions()).toHaveLength(0)
    expect((await running.call('GET', '/Sessions', { key })).status).toBe(401)
  })

  it('empties the password when told to reset it, whatever NewPw says', async () => {
    const running = await run()
    const { id } = running.sim.addUser({ name: 'ada', password: 'enigma' })
    const path = `/Users/${id}/Password`
    const reset = await running.call('POST', path, { body: { NewPw: 'bombe', ResetPassword: true } })
    expect(reset.status).toBe(204)
    expect(running.sim.user('ada')?.password).toBe('')
    expect((await running.call('POST', `/Users/Password?userId=${id}`, { body: { NewPw: 'bombe' } })).status).toBe(204)
    expect(running.sim.user('ada')?.password).toBe('bombe')
  })

  it('revokes the sign-ins of a user whose password changed', async () => {
    const running = await run()
    const { id } = running.sim.addUser({ name: 'ada', password: 'ada-secret' })
    const key = await tokenOf(running, 'ada')
    await running.call('POST', `/Users/Password?userId=${id}`, { body: { NewPw: 'bombe' } })
    expect((await running.call('GET', '/Sessions', { key })).status).toBe(401)
  })

  it('lets users change only their own password, with the current one', async () => {
    const running = await run()
    running.sim.addUser({ name: 'ada', password: 'ada-secret' })
    const other = running.sim.addUser({ name: 'grace' })
    const key = await tokenOf(running, 'ada')
    const change = (body: Wire, query = '') => running.call('POST', `/Users/Password${query}`, { key, body })
    expect((await change({ NewPw: 'x' }, `?userId=${other.id}`)).status).toBe(403)
    expect((await change({ NewPw: 'x', CurrentPw: 'wrong' })).status).toBe(403)
    expect((await change({ NewPw: 'x', CurrentPw: 'ada-secret' })).status).toBe(204)
  })

  it('resets every field that a policy leaves out', async () => {
    const { sim, call } = await run()
    const { id, policy } = sim.addUser({ name: 'ada', policy: { MaxActiveSessions: 3, EnableAllFolders: false } })
    const { AuthenticationProviderId, PasswordResetProviderId } = policy
    const path = `/Users/${id}/Policy`
    expect((await call('POST', path, { body: { EnableMediaPlayback: false } })).status).toBe(400)
    const body = { AuthenticationProviderId, PasswordResetProviderId, EnableMediaPlayback: false }
    expect((await call('POST', path, { body })).status).toBe(204)
    const user = (await call('GET', `/Users/${id}`)).json()
    const after = { EnableMediaPlayback: false, MaxActiveSessions: 0, EnableAllFolders: true, IsHidden: true }
    expect(user['Policy']).toMatchObject(after)
  })

  it('keeps its last admin, and disables nobody who is one', async () => {
    const { sim, call } = await run()
    const { id, policy } = sim.user('root') ?? sim.addUser({ name: 'root', admin: true })
    const path = `/Users/${id}/Policy`
    expect((await call('POST', path, { body: { ...policy, IsAdministrator: false } })).status).toBe(403)
    expect((await call('POST', path, { body: { ...policy, IsDisabled: true } })).status).toBe(403)
  })

  it('ends the sessions of a user who is disabled', async () => {
    const { sim, call } = await run()
    const { id, userId } = sim.scenario('stuck-client')
    const policy = sim.user('ada')?.policy
    await call('POST', `/Users/${userId}/Policy`, { body: { ...policy, IsDisabled: true } })
    expect(sim.peek(id)).toBeNull()
  })

  it('connects a screen by a code', async () => {
    const { sim, call } = await run()
    sim.addUser({ name: 'ada' })
    const options = { key: null, headers: { authorization: device('Kitchen screen') } }
    const { Secret, Code } = (await call('POST', '/QuickConnect/Initiate', options)).json()
    const redeem = () => call('POST', '/Users/AuthenticateWithQuickConnect', { ...options, body: { Secret } })
    expect((await redeem()).status).toBe(404)
    expect((await call('GET', `/QuickConnect/Connect?secret=${Secret}`, options)).json()).toMatchObject({
      Authenticated: false,
    })
    expect(sim.authorizeQuickConnect(String(Code), 'ada')).toBe(true)
    expect((await call('GET', `/QuickConnect/Connect?secret=${Secret}`, options)).json()).toMatchObject({
      Authenticated: true,
    })
    expect((await redeem()).json()).toMatchObject({ User: { Name: 'ada' } })
    expect((await call('GET', '/QuickConnect/Connect?secret=guess', options)).status).toBe(404)
  })
})
