import type { Container } from '#protocol/container.ts'
import { Group } from '../components/group.ts'
import { ContainerLine } from '../containers/container-line.ts'
import { html } from '../lib/html.ts'

/** Containers of somebody who sees them and not the engines that they run on: every one stands here, also when it is stopped. */
export const OwnGroup = ({ containers }: { containers: readonly Container[] }) => {
  const running = containers.filter(({ state }) => state === 'running').length
  return html`<${Group} id="own" name="Your containers" sum=${html`<span>${running} of ${containers.length} run</span>`}>
    <ul>${containers.map((container) => html`<${ContainerLine} key=${container.id} container=${container} away=${false} />`)}</ul>
  <//>`
}
