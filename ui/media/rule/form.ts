import { useSignal } from '@preact/signals'
import type { List } from '#protocol/list.ts'
import type { Source } from '#protocol/source.ts'
import type { TranscodeRule } from '#protocol/transcode-rule.ts'
import { Button } from '../../components/button.ts'
import { Facts, Section } from '../../components/facts.ts'
import { Check, Field, FormError } from '../../components/field.ts'
import { sentenceOf } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { capital, listed, span } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { mayOnSource } from '../../lib/model/may.ts'
import { useGuard } from '../../lib/use-guard.ts'
import { changesOf, type Draft, draftOf, patchOf, problemsOf } from './draft.ts'
import { DryRun } from './dry-run.ts'

interface Props {
  source: Source
  rule: TranscodeRule
  onSaved: (rule: TranscodeRule) => void
}

const useSave = ({ source, onSaved }: Props, patch: Partial<TranscodeRule>) => {
  const { api, toasts } = useApp()
  const busy = useSignal(false)
  const wrong = useSignal<string | null>(null)
  const run = async () => {
    busy.value = true
    wrong.value = null
    try {
      const { items } = await api.put<List<TranscodeRule>>('/transcode-rule', { sourceId: source.id, ...patch })
      if (items[0]) onSaved(items[0])
      const text = `${capital(changesOf(patch))}. In force now.`
      toasts.say({ state: 'fine', title: `The 4K rule of ${source.name} is saved`, text })
    } catch (error) {
      wrong.value = sentenceOf(error)
    } finally {
      busy.value = false
    }
  }
  return { busy: busy.value, wrong: wrong.value, run }
}

const Fields = (props: {
  id: string
  draft: Draft
  problems: Partial<Record<keyof Draft, string>>
  set: (change: Partial<Draft>) => void
}) => {
  const { id, draft, problems, set } = props
  return html`<div class="switches">
      <${Check} id=${`enabled-${id}`} checked=${draft.enabled} onChange=${(enabled: boolean) => set({ enabled })}
        label=${html`End sessions that shrink 4K. <span class="quiet">When the picture is made 1080p or smaller. Sound alone never counts, a paused session does.</span>`} />
    </div>
    <div class="cols three">
      <div class="figure-field"><${Field} id=${`grace-${id}`} label="Grace, seconds" type="number" inputmode="numeric" min=${0} max=${600} value=${draft.grace} error=${problems.grace}
        hint="How long it may go on before it is ended." onInput=${(grace: string) => set({ grace })} /></div>
      <div class="figure-field"><${Field} id=${`cooldown-${id}`} label="Rest after a try, seconds" type="number" inputmode="numeric" min=${10} max=${86_400} value=${draft.cooldown} error=${problems.cooldown}
        hint="So long the same viewer with the same title on the same player is left alone." onInput=${(cooldown: string) => set({ cooldown })} /></div>
    </div>
    <${Field} id=${`message-${id}`} label="Message" rows=${2} maxlength=${500} value=${draft.message} hint="Shown on the player, where it can show one."
      onInput=${(message: string) => set({ message })} />
    <${Field} id=${`exempt-${id}`} label="Never for" maxlength=${4000} value=${draft.exempt} placeholder="nora, jonas" hint="Names of viewers on this server, with commas between them."
      onInput=${(exempt: string) => set({ exempt })} />`
}

const Form = (props: Props) => {
  const { source, rule } = props
  const { account } = useApp()
  const draft = useSignal(draftOf(rule))
  const problems = problemsOf(draft.value)
  const patch = patchOf(rule, draft.value)
  const dirty = Object.keys(patch).length > 0
  const { busy, wrong, run } = useSave(props, patch)
  const discard = () => {
    draft.value = draftOf(rule)
  }
  useGuard(
    dirty
      ? {
          question: `Leave the 4K rule of ${source.name} as it was?`,
          effects: [{ icon: 'edit', what: capital(changesOf(patch)), rest: 'would go back to what is saved.' }],
          ...{ keep: 'Stay here', leave: discard },
        }
      : null,
  )
  const isWrong = Object.keys(problems).length > 0
  const submit = (event: Event) => {
    event.preventDefault()
    const [first] = Object.keys(problems)
    if (first) document.getElementById(`${first}-${source.id}`)?.focus()
    else if (dirty && !busy) void run()
  }
  const set = (change: Partial<Draft>) => {
    draft.value = { ...draft.value, ...change }
  }
  return html`<form class="form settings" noValidate onSubmit=${submit}>
      <${Fields} id=${source.id} draft=${draft.value} problems=${problems} set=${set} />
      <div class="save-bar">
        <p class="hint" role="status">${dirty ? `Not saved yet: ${changesOf(patch)}.` : rule.enabled ? 'It is on, as shown.' : 'It is off.'}</p>
        <div class="buttons">
          ${dirty ? html`<${Button} kind="plain" disabled=${busy} onClick=${discard}>Discard<//>` : null}
          <${Button} kind=${dirty ? 'primary' : undefined} type="submit" disabled=${!dirty} busy=${busy}>${busy ? 'Saving' : 'Save'}<//>
        </div>
        <${FormError} text=${wrong} />
      </div>
    </form>
    ${mayOnSource(account.person.value, 'view-analytics', source.id) ? html`<${DryRun} sourceId=${source.id} draft=${draft.value} off=${isWrong} />` : null}`
}

const Shown = ({ rule }: { rule: TranscodeRule }) =>
  html`<${Facts} items=${[
    ['Is', rule.enabled ? 'on' : 'off'],
    ['Grace', span(rule.graceMs)],
    ['Rest after a try', span(rule.cooldownMs)],
    ['Message', rule.message],
    ['Never for', listed(rule.exempt)],
  ]} />`

/** The 4K rule of one server: to change for those who manage it, to read for others. */
export const SourceRule = (props: Props) => {
  const { account } = useApp()
  const { source, rule } = props
  const may = mayOnSource(account.person.value, 'manage', source.id)
  return html`<${Section} id=${source.id} title=${source.name}>
    <div class="pad">${may ? html`<${Form} ...${props} />` : html`<${Shown} rule=${rule} />`}</div>
  <//>`
}
