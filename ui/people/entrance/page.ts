import { html } from '../../lib/html.ts'

export const Page = () => html`<main class="claim" id="main"></main>`
