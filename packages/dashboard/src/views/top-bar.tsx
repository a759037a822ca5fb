import type { ThemeChoice } from '../state/theme.ts'
import { Brand, Icon } from '../widgets/icon.tsx'

export interface TopBarProps {
  /** `null` until the first answer names it. */
  readonly projectName: string | null
  readonly theme: ThemeChoice
  readonly onSignOut: () => void
}

export function TopBar({ projectName, theme, onSignOut }: TopBarProps) {
  const other = theme.value.value === 'dark' ? 'light' : 'dark'
  const label = `Switch to ${other}`
  return (
    <header class="bar">
      <div class="bar__inner">
        <Brand />
        <span class="bar__name">Wayside</span>
        {projectName !== null && (
          <bdi class="bar__project" title={projectName}>
            {projectName}
          </bdi>
        )}
        <div class="bar__actions">
          <button type="button" class="button button--icon" title={label} aria-label={label} onClick={theme.toggle}>
            <Icon name={other === 'dark' ? 'moon' : 'sun'} />
          </button>
          <button type="button" class="button button--icon" title="Sign out" aria-label="Sign out" onClick={onSignOut}>
            <Icon name="leave" />
          </button>
        </div>
      </div>
    </header>
  )
}
