import type { Summary } from '#protocol/play.ts'
import { Section } from '../../components/facts.ts'
import { html } from '../../lib/html.ts'
import { counted, shareOf } from './words.ts'

const partsOf = ({ transcode, sessions }: Summary) => {
  const { hardware, software, audio, total } = transcode ?? { hardware: 0, software: 0, audio: 0, total: 0 }
  return [
    { key: 'hardware', name: 'Video, in hardware', share: hardware },
    { key: 'software', name: 'Video, on the processor', share: software },
    { key: 'audio', name: 'Sound only', share: audio },
    { key: 'none', name: 'Not transcoded', share: Math.max(0, 1 - total) },
  ].map((part) => ({ ...part, plays: Math.round(part.share * sessions) }))
}

/** What had to be made anew, and by what: one bar for all plays. */
export const Shares = ({ summary, href }: { summary: Summary | null; href: string }) => {
  const parts = summary ? partsOf(summary) : []
  const said = parts.map(({ name, share }) => `${name} ${shareOf(share)}`).join(', ')
  return html`<${Section} id="sent" title="Transcoding" end=${html`<a class="link" href=${href}>See these plays</a>`}>
    <div class="shares-of">
      <div class="shares" role="img" aria-label=${said || 'Not known yet'}>
        ${parts
          .filter(({ share }) => share > 0)
          .map(({ key, share }) => html`<i key=${key} data-part=${key} style=${{ '--v': String(share) }}></i>`)}
      </div>
      <ul class="share-key">
        ${parts.map(
          ({ key, name, share, plays }) =>
            html`<li key=${key}><i data-part=${key}></i><span>${name}</span><b>${shareOf(share)}</b><span class="faint">${counted(plays)}</span></li>`,
        )}
      </ul>
    </div>
  <//>`
}
