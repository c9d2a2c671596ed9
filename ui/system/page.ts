import { useComputed } from '@preact/signals'
import type { System } from '#protocol/system.ts'
import { NotAllowed, Waiting } from '../components/blank.ts'
import { Facts, Section } from '../components/facts.ts'
import { InTurn } from '../components/in-turn.ts'
import { Sentence } from '../components/needs.ts'
import { Copy } from '../components/tag.ts'
import { Since } from '../components/when.ts'
import { useApp } from '../lib/app.ts'
import { bytes, say } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { mayOnBox, maySee } from '../lib/model/may.ts'
import type { PageProps } from '../lib/router.ts'
import { Backups } from './backups.ts'
import { Certificate } from './certificate.ts'
import { History } from './history.ts'
import { Recovered } from './recovered.ts'
import { sentenceOf } from './sentence.ts'

/** Said anew when its words change, not with every measurement. */
const Headline = () => {
  const { state } = useApp()
  const text = useComputed(() => {
    const system = state.system.value
    const minute = state.vitals.value.slice(-12).map(({ cpu }) => cpu)
    const recent = minute.reduce((sum, cpu) => sum + cpu, 0) / Math.max(1, minute.length)
    return JSON.stringify(system ? sentenceOf(system, recent) : null)
  })
  const said = JSON.parse(text.value) as ReturnType<typeof sentenceOf> | null
  return said ? html`<${Sentence} strong=${said.strong}>${said.rest}<//>` : null
}

const BoxFacts = ({ system }: { system: System }) => {
  const { times } = useApp()
  return html`<${Section} id="facts" title="Facts">
    <div class="cols pad">
      <${Facts} items=${[
        ['Host name', html`<span class="mono">${system.hostname}</span>`],
        ['Model', system.model],
        ['System', system.os],
        ['Kernel', `${system.kernel}, ${system.arch}`],
        ['Processor', `${system.cores} ${system.cores === 1 ? 'core' : 'cores'}`],
        ['Started', html`${times.full(system.bootedAt)}, up <${Since} at=${system.bootedAt} />`],
      ]} />
      <${Facts} items=${[
        ['Belfry', system.version],
        ['Runs since', html`${times.full(system.startedAt)}, for <${Since} at=${system.startedAt} />`],
        ['Runs on', `Node ${system.node.replace(/^v/, '')}`],
        ['Own memory', system.vitals ? say(bytes(system.vitals.ownMemory)) : null],
        ['Database', say(bytes(system.databaseBytes))],
        ['Data folder', html`<${Copy} text=${system.dataFolder} label="the path" />`],
      ]} />
    </div>
  <//>`
}

/** This box: how it is, how it was, what it is, and the copies of what it knows. */
export const Page = (_props: PageProps) => {
  const { state, account } = useApp()
  const person = account.person.value
  if (!maySee(person, 'system'))
    return html`<div class="head"><h1>This box</h1></div><${NotAllowed} what="This page is for people who look after the box." />`
  // Its vitals change every few seconds: only what shows them is drawn again.
  const system = state.system.value
  if (!system) return html`<div class="head"><h1>This box</h1></div><${Waiting} lines=${8} />`
  return html`<div class="head"><h1>This box</h1><span class="quiet">${system.model ?? system.hostname}</span></div>
    <${Headline} />
    <${Recovered} recovered=${system.recovered} />
    <${InTurn} turn=${1}><${History} /><//>
    <${InTurn} turn=${2}><${BoxFacts} system=${system} /><${Certificate} /><//>
    ${mayOnBox(person, 'manage-settings') ? html`<${InTurn} turn=${3}><${Backups} /><//>` : null}`
}
