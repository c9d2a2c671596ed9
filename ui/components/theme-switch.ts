import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import type { ThemeChoice } from '../lib/model/theme.ts'
import { Segments } from './filters.ts'

const choices = [
  { value: 'system', text: 'As the system' },
  { value: 'dark', text: 'Dark' },
  { value: 'light', text: 'Light' },
]

export const ThemeSwitch = () => {
  const { theme } = useApp()
  return html`<${Segments} label="Theme" choices=${choices} value=${theme.choice.value} onChoose=${(value: string) => theme.choose(value as ThemeChoice)} />`
}
