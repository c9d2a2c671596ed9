import type { ComponentChildren } from 'preact'
import type { Settings } from '#protocol/settings.ts'
import { Section } from '../components/facts.ts'
import { Check, Field } from '../components/field.ts'
import { Mark } from '../components/mark.ts'
import { html } from '../lib/html.ts'
import { useMinute } from '../people/use-minute.ts'
import type { Draft } from './draft.ts'
import { timeIn, zones } from './zones.ts'

export interface FieldsProps {
  draft: Draft
  errors: Partial<Record<keyof Settings, string>>
  set: (change: Partial<Draft>) => void
}

const Zone = ({ draft, errors, set }: FieldsProps) => {
  const time = timeIn(draft.timeZone, useMinute())
  const wrong = errors.timeZone
  return html`<div class="field">
    <label for="timeZone">Time zone</label>
    <input class="input" id="timeZone" list="zones" required maxlength="60" autocomplete="off" spellcheck="false" value=${draft.timeZone}
      aria-invalid=${wrong ? 'true' : undefined} aria-describedby="timeZone-hint"
      onInput=${(event: Event) => set({ timeZone: (event.target as HTMLInputElement).value })} />
    <datalist id="zones">${zones().map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>
    ${wrong ? html`<p class="hint" id="timeZone-hint" data-state="trouble" role="alert"><${Mark} state="trouble" /><span>${wrong}</span></p>` : html`<p class="hint" id="timeZone-hint">It is ${time} there now. Every time on these pages is told in it.</p>`}
  </div>`
}

const Days = (props: {
  id: 'auditKeepDays' | 'vitalsKeepDays' | 'backupsToKeep'
  label: string
  min: number
  max: number
  hint: ComponentChildren
  fields: FieldsProps
}) => {
  const { draft, errors, set } = props.fields
  return html`<div class="figure-field"><${Field} id=${props.id} label=${props.label} type="number" inputmode="numeric" required min=${props.min} max=${props.max}
    value=${draft[props.id]} error=${errors[props.id]} hint=${props.hint} onInput=${(value: string) => set({ [props.id]: value })} /></div>`
}

const inYears = (text: string): string => {
  const days = Number(text)
  if (!(days >= 60)) return ''
  const months = Math.round(days / 30.4)
  return months < 24 ? `That is about ${months} months. ` : `That is about ${Math.round(days / 365)} years. `
}

/** All settings, in the order in which people ask for them. */
export const SettingsFields = (fields: FieldsProps) => {
  const { draft, errors, set } = fields
  return html`<${Section} id="site" title="This box">
      <div class="pad cols">
        <${Field} id="siteName" label="Name" required maxlength=${60} value=${draft.siteName} error=${errors.siteName}
          hint="Stands above the navigation and in the title of each page." onInput=${(siteName: string) => set({ siteName })} />
        <${Zone} ...${fields} />
      </div>
    <//>
    <${Section} id="sees" title="What others see, and what the box looks for">
      <div class="pad switches">
        <${Check} id="maskNames" checked=${draft.maskNames} onChange=${(maskNames: boolean) => set({ maskNames })}
          label=${html`Mask names for viewers. <span class="quiet">They see what plays, and other people as a first letter and asterisks.</span>`} />
        <${Check} id="discovery" checked=${draft.discovery} onChange=${(discovery: boolean) => set({ discovery })}
          label=${html`Look for media servers on this network. <span class="quiet">What answers is offered on Now. Nothing leaves the network.</span>`} />
      </div>
    <//>
    <${Section} id="keeps" title="What is kept, and how long">
      <div class="pad cols three">
        <${Days} fields=${fields} id="auditKeepDays" label="Audit log, days" min=${30} max=${3650} hint=${`${inYears(draft.auditKeepDays)}Older entries are forgotten at night.`} />
        <${Days} fields=${fields} id="vitalsKeepDays" label="Measurements of the box, days" min=${1} max=${730} hint=${`${inYears(draft.vitalsKeepDays)}Processor, memory, temperature.`} />
        <${Days} fields=${fields} id="backupsToKeep" label="Backups" min=${1} max=${60} hint="One is made each night. The oldest goes first." />
      </div>
    <//>`
}
