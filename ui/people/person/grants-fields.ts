import type { BoxGrant, Grants, SourceGrant } from '#protocol/person.ts'
import type { Source } from '#protocol/source.ts'
import { Check } from '../../components/field.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { boxGrants, boxGrantWord, grantsOf, sourceGrantWord } from '../words.ts'

const toggled = <T extends string>(held: readonly T[], grant: T, on: boolean): T[] =>
  on ? [...held.filter((one) => one !== grant), grant] : held.filter((one) => one !== grant)

/** Who may see nothing of a source may do nothing with it: the first grant comes with every other. */
const onSource = (held: readonly SourceGrant[], grant: SourceGrant, on: boolean): SourceGrant[] => {
  if (grant === 'view-sessions' && !on) return []
  const next = toggled(held, grant, on)
  return on && !next.includes('view-sessions') ? ['view-sessions', ...next] : next
}

const SourceRow = ({
  name,
  source,
  held,
  onChange,
}: {
  name: string
  source: Source
  held: readonly SourceGrant[]
  onChange: (held: SourceGrant[]) => void
}) => html`<fieldset class="may">
  <legend>On <b>${source.name}</b>, ${name} may</legend>
  <div class="may-checks">
    ${grantsOf(source.kind).map(
      (grant) =>
        html`<${Check} key=${grant} id=${`g-${source.id}-${grant}`} label=${sourceGrantWord(source.kind, grant)}
          checked=${held.includes(grant)} onChange=${(on: boolean) => onChange(onSource(held, grant, on))} />`,
    )}
  </div>
</fieldset>`

/** What a staff person may do, one sentence for each source and one for the box. */
export const GrantsFields = ({
  name,
  grants,
  onChange,
}: {
  name: string
  grants: Grants
  onChange: (grants: Grants) => void
}) => {
  const sources = useApp().state.sourceList.value
  const setBox = (grant: BoxGrant) => (on: boolean) => onChange({ ...grants, box: toggled(grants.box, grant, on) })
  const setSource = (id: string) => (held: SourceGrant[]) => {
    const { [id]: _before, ...others } = grants.sources
    onChange({ ...grants, sources: held.length > 0 ? { ...others, [id]: held } : others })
  }
  return html`<div class="grants">
    ${sources.map(
      (source) =>
        html`<${SourceRow} key=${source.id} name=${name} source=${source} held=${grants.sources[source.id] ?? []} onChange=${setSource(source.id)} />`,
    )}
    ${sources.length === 0 ? html`<p class="hint">There is no source yet. Grants on sources can be given once there is one.</p>` : null}
    <fieldset class="may">
      <legend>On <b>this box</b>, ${name} may</legend>
      <div class="may-checks">
        ${boxGrants.map(
          (grant) =>
            html`<${Check} key=${grant} id=${`g-box-${grant}`} label=${boxGrantWord[grant]} checked=${grants.box.includes(grant)} onChange=${setBox(grant)} />`,
        )}
      </div>
    </fieldset>
  </div>`
}
