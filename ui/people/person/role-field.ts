import type { Role } from '#protocol/person.ts'
import { html } from '../../lib/html.ts'
import { roleSays, roleWord } from '../words.ts'

const choosable: readonly Role[] = ['admin', 'staff', 'support', 'member']

/** Roles with what each means, so that nobody has to know them by heart. */
export const RoleField = ({
  value,
  only,
  onChoose,
}: {
  value: Role
  /** The roles that may be chosen, when not all. */
  only?: readonly Role[]
  onChoose: (role: Role) => void
}) => html`<fieldset class="roles">
  <legend>Role</legend>
  ${(only ?? choosable).map(
    (role) => html`<label class="check role" key=${role} for=${`role-${role}`}>
      <input type="radio" name="role" id=${`role-${role}`} value=${role} checked=${role === value} onChange=${() => onChoose(role)} />
      <span><b>${roleWord[role]}.</b> <span class="quiet">${roleSays[role]}</span></span>
    </label>`,
  )}
</fieldset>`
