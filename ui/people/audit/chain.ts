import { IconButton } from '../../components/button.ts'
import { State } from '../../components/mark.ts'
import { Need, Needs } from '../../components/needs.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { type Asked, useAsked } from '../../lib/use-asked.ts'

export interface Check {
  ok: boolean
  checked: number
  problem: { entryId: number | null; reason: string } | null
}

const count = new Intl.NumberFormat('en')

/** Whether the log is as it was written. */
export const useChain = (): Asked<Check> => {
  const { api } = useApp()
  return useAsked('chain', (signal) => api.get<Check>('/audit-logs/verify', { signal, timeoutMs: 120_000 }))
}

export const ChainMark = ({ chain }: { chain: Asked<Check> }) => {
  if (!chain.value && chain.error) return html`<${State} state="unknown">Not checked<//>`
  if (!chain.value) return html`<${State} state="busy">Checking the chain<//>`
  const { ok, checked } = chain.value
  return html`<${State} state=${ok ? 'fine' : 'trouble'}>${ok ? 'Chain whole' : 'Chain broken'}<//>
    <span class="quiet">${count.format(checked)} links checked</span>
    <${IconButton} icon="restart" label="Check the chain again" onClick=${chain.again} />`
}

/** Said in a box only when somebody tampered with the log. */
export const ChainNeeds = ({ chain }: { chain: Asked<Check> }) => {
  const problem = chain.value?.problem
  if (!problem) return null
  return html`<${Needs}><${Need} state="trouble" title="The audit log is not what was written"
    buttons=${problem.entryId === null ? null : html`<a class="button" href=${`/audit?open=${problem.entryId}`}>See entry ${problem.entryId}</a>`}
  >${problem.reason} Somebody changed the database outside Belfry, or the disk did. Entries before it are proven, those after it are not. Keep a copy of the data folder before you look further.<//><//>`
}
