import { html } from '../lib/html.ts'

/** Used of limit, 0..1. Without a limit that holds, a dashed rule instead of a filling. */
export const Meter = ({
  value,
  state,
  label,
}: {
  value: number | null
  state?: 'attention' | 'busy' | undefined
  label?: string
}) =>
  value === null
    ? html`<span class="meter none"></span>`
    : html`<span
        class="meter"
        data-state=${state}
        role=${label ? 'meter' : undefined}
        aria-label=${label}
        aria-valuemin=${label ? '0' : undefined}
        aria-valuemax=${label ? '100' : undefined}
        aria-valuenow=${label ? Math.round(value * 100) : undefined}
      ><i style=${{ '--v': String(Math.min(1, Math.max(0, value))) }}></i></span>`
