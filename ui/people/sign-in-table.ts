import type { SignIn } from '#protocol/person.ts'
import { Button } from '../components/button.ts'
import { type Column, Table } from '../components/table.ts'
import { Tag } from '../components/tag.ts'
import { Ago } from '../components/when.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { programOf } from './agent.ts'
import { useMinute } from './use-minute.ts'

const by: Record<SignIn['method'], string> = {
  password: 'by password',
  passkey: 'by passkey',
  claim: 'by claiming the box',
  media: 'by a media account',
  link: 'by a link',
}

const Since = ({ at }: { at: string }) => {
  const { times } = useApp()
  return html`${times.near(at, useMinute())}`
}

/** Where somebody is signed in. `onEnd` leaves out the button where it is null. */
export const SignInTable = ({
  items,
  caption,
  onEnd,
}: {
  items: readonly SignIn[]
  caption: string
  onEnd: (signIn: SignIn) => void
}) => {
  const columns: Column<SignIn>[] = [
    {
      ...{ key: 'where', title: 'Program', name: true, width: '34%' },
      cell: ({ agent, current, method }) =>
        html`<span class="wraps">${programOf(agent)}</span>${current ? html` <${Tag}>this one<//>` : null}<span class="sub">${by[method]}</span>`,
    },
    { key: 'address', title: 'From', width: '22%', cell: ({ address }) => html`<span class="mono">${address}</span>` },
    { key: 'since', title: 'Since', width: '18%', cell: ({ createdAt }) => html`<${Since} at=${createdAt} />` },
    {
      key: 'used',
      title: 'Last used',
      width: '14%',
      cell: ({ lastUsedAt, current }) => (current ? 'now' : html`<${Ago} at=${lastUsedAt} />`),
    },
    {
      ...{ key: 'end', title: 'End', hidden: true, kind: 'beside', width: '12%' },
      cell: (one) =>
        one.current
          ? null
          : html`<div class="row-act"><${Button} kind="plain" label=${`End ${programOf(one.agent)} from ${one.address}`} onClick=${() => onEnd(one)}>End<//></div>`,
    },
  ]
  const newest = items.toSorted(
    (a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt.localeCompare(a.lastUsedAt),
  )
  return html`<${Table} caption=${caption} columns=${columns} items=${newest} keyOf=${({ id }: SignIn) => id} fixed />`
}
