import htm from 'htm'
import { h, type VNode } from 'preact'

export const html: (strings: TemplateStringsArray, ...values: unknown[]) => VNode = htm.bind(h) as never
