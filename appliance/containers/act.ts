import type { ContainerAction, ContainerActionResult } from '#protocol/container.ts'
import { AppError } from '#protocol/errors.ts'
import type { EnginePort } from './ports.ts'
import type { Held, Register } from './register.ts'

/** The engine of a container; throws when it is switched off. */
export const engineFor = (engineOf: (sourceId: string) => EnginePort | undefined, sourceId: string): EnginePort => {
  const engine = engineOf(sourceId)
  if (!engine) throw new AppError('unavailable', 'This engine is switched off here.')
  return engine
}

/** Acts, then reads the engine again: what is answered is what was seen afterwards. */
export const createAct =
  (deps: {
    engineOf(sourceId: string): EnginePort | undefined
    refresh(sourceId: string): Promise<void>
    register: Register
  }) =>
  async (held: Held, action: ContainerAction): Promise<ContainerActionResult> => {
    const { sourceId, containerId, container } = held
    const began = performance.now()
    // Somebody who closes the page does not take back what the engine is already doing.
    const whatever = new AbortController().signal
    const outcome = await engineFor(deps.engineOf, sourceId).act(containerId, action, whatever)
    await deps.refresh(sourceId)
    const tookMs = Math.round(performance.now() - began)
    const after = deps.register.find(container.id)?.container
    // One that was made to vanish when it stops is gone by now.
    return { outcome, tookMs, container: after ?? { ...container, state: 'removing' } }
  }
