import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { NotAllowed, PageTitle } from '../components/blank.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { maySee } from '../lib/model/may.ts'
import type { PageProps } from '../lib/router.ts'
import { HandoverDialog } from './handover.ts'
import { PeopleList } from './list/page.ts'
import { createPeople } from './model.ts'
import { AddPerson } from './person/add.ts'
import { PersonPage } from './person/page.ts'

/** Reads the list when the page opens and when a lost wire is back. */
const useFreshPeople = () => {
  const { live, model } = useApp()
  const people = model(createPeople)
  const wasStale = useRef(false)
  useEffect(() => void people.load(), [])
  useSignalEffect(() => {
    const { state } = live.status.value
    if (state === 'live' && wasStale.current) void people.load()
    wasStale.current = state === 'stale'
  })
}

const Pages = ({ id }: { id: string | undefined }) => {
  useFreshPeople()
  const page =
    id === undefined
      ? html`<${PeopleList} />`
      : id === 'new'
        ? html`<${AddPerson} />`
        : html`<${PersonPage} key=${id} id=${id} />`
  return html`${page}<${HandoverDialog} />`
}

export const Page = ({ params }: PageProps) => {
  const { account } = useApp()
  if (!maySee(account.person.value, 'people'))
    return html`<div class="head"><${PageTitle}>People<//></div><${NotAllowed} what="Accounts are shown to people who manage them." />`
  return html`<${Pages} id=${params['id']} />`
}
