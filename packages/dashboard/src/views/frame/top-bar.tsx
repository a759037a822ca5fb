import { useDashboard } from '../../state/use-dashboard.ts'
import { Brand, Icon } from '../../widgets/icon.tsx'
import { ViewLink } from './view-link.tsx'

export interface TopBarProps {
  /** Views by the last part of their path; empty while there is nothing to view. */
  readonly views: readonly { readonly name: string; readonly title: string }[]
  readonly onHelp: () => void
}

/** The project, its views, and what concerns the page itself. */
export function TopBar({ views, onHelp }: TopBarProps) {
  const { page, project, session, theme } = useDashboard()
  const projectName = project.value?.name ?? null
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
          <button type="button" class="button button--icon" title="Keys (?)" aria-label="Keys" onClick={onHelp}>
            <span aria-hidden="true">?</span>
          </button>
          <button type="button" class="button button--icon" title={label} aria-label={label} onClick={theme.toggle}>
            <Icon name={other === 'dark' ? 'moon' : 'sun'} />
          </button>
          <button type="button" class="button button--icon" title="Sign out" aria-label="Sign out" onClick={() => session.signOut()}>
            <Icon name="leave" />
          </button>
        </div>
      </div>
      {views.length > 0 && (
        <nav class="bar__nav" aria-label="Views">
          {views.map(({ name, title }) => (
            <ViewLink key={name} name={name} class="bar__view" isCurrent={name === page.value.name}>
              {title}
            </ViewLink>
          ))}
        </nav>
      )}
    </header>
  )
}
