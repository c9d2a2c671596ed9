import type { Source, SourceTest } from '#protocol/source.ts'
import { sentenceOf } from '../lib/api-error.ts'
import type { App } from '../lib/app.ts'
import { took } from '../lib/format.ts'
import { formOf } from './forms.ts'

/** The certificate that is shown now. The trusted one stays pinned meanwhile, so that nothing is told to a stranger. */
const shownNow = async ({ api }: App, source: Source): Promise<string | null> => {
  const { kind, name, url, fingerprint } = source
  const body = { kind, name, url, fingerprint, credentials: formOf(kind)?.blank ?? {} }
  const test = await api.post<SourceTest>('/sources/test', body, { timeoutMs: 45_000 })
  return test.fingerprint ?? null
}

const askToTrust = (app: App, source: Source, shown: string) => {
  const { api, asks, state, toasts, clock } = app
  asks.ask({
    question: `Trust the new certificate of ${source.name}?`,
    effects: [
      { icon: 'shield', what: 'It was', rest: source.fingerprint ?? 'signed by an authority that this box knows.' },
      { state: 'attention', what: 'It is', rest: shown },
      {
        icon: 'locate',
        what: 'Compare it on the server itself',
        rest: 'before you agree. If nobody renewed it, somebody else may be answering.',
      },
      { icon: 'check', what: 'Nothing is sent there', rest: 'until you have agreed.' },
    ],
    keep: 'Trust the old one only',
    act: 'It is the same, trust it',
    acting: `Asking ${source.name} again`,
    danger: true,
    run: async () => {
      const began = clock.read()
      const now = await api.put<Source>(
        `/sources/${encodeURIComponent(source.id)}`,
        { fingerprint: shown },
        { timeoutMs: 45_000 },
      )
      state.put({ source: now })
      const answers = now.status.state === 'ok'
      toasts.say({
        state: answers ? 'fine' : 'attention',
        title: answers ? `${source.name} is trusted` : `${source.name} still does not answer as it should`,
        text: answers ? `It answered after ${took(clock.read() - began)}.` : (now.status.reason ?? ''),
      })
    },
  })
}

/** Shows the trusted certificate and the present one side by side. */
export const compareCertificate = async (app: App, source: Source): Promise<void> => {
  try {
    const shown = await shownNow(app, source)
    if (shown && shown !== source.fingerprint) askToTrust(app, source, shown)
    else if (shown) app.toasts.say({ state: 'fine', title: `${source.name} shows the trusted certificate again` })
    else
      app.toasts.say({
        state: 'attention',
        title: `${source.name} shows no certificate`,
        text: 'It could not be reached, or it does not speak TLS.',
      })
  } catch (error) {
    app.toasts.say({ state: 'trouble', title: `${source.name} could not be asked`, text: sentenceOf(error) })
  }
}
