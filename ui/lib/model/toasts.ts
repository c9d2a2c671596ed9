import { type ReadonlySignal, signal } from '@preact/signals'

export interface Toast {
  id: number
  state: 'fine' | 'attention' | 'trouble'
  title: string
  text?: string
}
export interface Toasts {
  list: ReadonlySignal<readonly Toast[]>
  /** What came of an action. A fine one leaves by itself; any other stays until it is read. */
  say(toast: Omit<Toast, 'id'>): void
  dismiss(id: number): void
}

const readingMs = 6000
const atOnce = 4

export const createToasts = (): Toasts => {
  const list = signal<readonly Toast[]>([])
  let last = 0
  const dismiss = (id: number) => {
    list.value = list.peek().filter((toast) => toast.id !== id)
  }
  return {
    list,
    dismiss,
    say: (toast) => {
      const id = ++last
      list.value = [...list.peek().slice(1 - atOnce), { ...toast, id }]
      if (toast.state === 'fine') setTimeout(dismiss, readingMs, id)
    },
  }
}
