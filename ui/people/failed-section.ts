import { Button } from '../components/button.ts'
import { FormError } from '../components/field.ts'
import { sentenceOf } from '../lib/api-error.ts'
import { html } from '../lib/html.ts'
import type { Asked } from '../lib/use-asked.ts'

/** In place of a section's list, while nothing of it is known. */
export const FailedSection = ({ asked }: { asked: Asked<unknown> }) =>
  asked.error && asked.value === null
    ? html`<div class="pad failed-section"><${FormError} text=${sentenceOf(asked.error)} /><${Button} kind="plain" icon="restart" onClick=${asked.again}>Ask again<//></div>`
    : null
