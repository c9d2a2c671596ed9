import { type ReadonlySignal, signal } from '@preact/signals'

export type ThemeChoice = 'system' | 'dark' | 'light'
export interface Theme {
  choice: ReadonlySignal<ThemeChoice>
  choose(choice: ThemeChoice): void
}

const key = 'belfry.theme'
const stored = (): ThemeChoice => {
  const value = localStorage.getItem(key)
  return value === 'dark' || value === 'light' ? value : 'system'
}

export const createTheme = (): Theme => {
  const choice = signal<ThemeChoice>(stored())
  return {
    choice,
    choose: (next) => {
      choice.value = next
      if (next === 'system') {
        localStorage.removeItem(key)
        delete document.documentElement.dataset['theme']
      } else {
        localStorage.setItem(key, next)
        document.documentElement.dataset['theme'] = next
      }
    },
  }
}
