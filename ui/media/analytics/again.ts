import { Button } from '../../components/button.ts'
import { FormError } from '../../components/field.ts'
import { sentenceOf } from '../../lib/api-error.ts'
import { html } from '../../lib/html.ts'
import type { Kept } from './use-kept.ts'

/** Why a part could not be read, and the way to ask for it again. */
export const Again = ({ kept }: { kept: Kept<unknown> }) =>
  kept.error
    ? html`<div class="again"><${FormError} text=${sentenceOf(kept.error)} /><${Button} icon="restart" onClick=${kept.again}>Ask again<//></div>`
    : null
