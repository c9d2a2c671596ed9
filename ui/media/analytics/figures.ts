import type { Summary } from '#protocol/play.ts'
import { grouped } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { wordsOf } from './query.ts'
import { changeOf, playedFor, pointsOf, shareOf } from './words.ts'

interface Figure {
  name: string
  said: string
  change: string
}

const figuresOf = (summary: Summary): Figure[] => {
  const { sessions, activeUsers, watchMs, completionRate, transcode, before } = summary
  const rate = (share: number | null) => (share === null ? '–' : shareOf(share))
  return [
    { name: 'Plays', said: grouped(sessions), change: changeOf(sessions, before.sessions) },
    { name: 'Viewers', said: grouped(activeUsers), change: changeOf(activeUsers, before.activeUsers) },
    { name: 'Watched', said: playedFor(watchMs), change: changeOf(watchMs, before.watchMs, 'less') },
    { name: 'Seen to the end', said: rate(completionRate), change: pointsOf(completionRate, before.completionRate) },
    {
      name: 'Transcoded',
      said: rate(transcode?.total ?? null),
      change: pointsOf(transcode?.total ?? null, before.transcode?.total ?? null),
    },
  ]
}

const waiting = ['Plays', 'Viewers', 'Watched', 'Seen to the end', 'Transcoded'].map((name) => ({
  ...{ name, said: '–', change: '' },
}))

/** The range in five figures, each beside the range before. */
export const Numbers = ({ summary }: { summary: Summary | null }) =>
  html`<div class="numbers-of">
    <dl class="numbers">
      ${(summary ? figuresOf(summary) : waiting).map(
        ({ name, said, change }) =>
          html`<div key=${name}><dt>${name}</dt><dd class="big">${said}</dd><dd class="faint">${change}</dd></div>`,
      )}
    </dl>
    <p class="hint">${summary ? `Compared with ${wordsOf(summary.range).before}. Seen to the end means 85 % or more of it.` : ''}</p>
  </div>`
