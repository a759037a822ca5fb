import { isOfPerson } from '../../api/credentials.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Brand, Icon } from '../../widgets/icon.tsx'
import { ProjectMenu } from './project-menu.tsx'
import type { DialogName } from './shortcuts.ts'
import { ViewLink } from './view-link.tsx'

export interface TopBarProps {
  /** Views by the last part of their path; empty while there is nothing to view. */
  readonly views: readonly { readonly name: string; readonly title: string }[]
  readonly onDialog: (name: DialogName) => void
}

/** The project, its views, and what concerns the page itself. */
export function TopBar({ views, onDialog }: TopBarProps) {
  const { api, page, person, project, session, share, theme } = useDashboard()
  const projectName = project.value?.name ?? null
  const other = theme.value.value === 'dark' ? 'light' : 'dark'
  const label = `Switch to ${other}`
  const key = session.key.value ?? ''
  const leaving = isOfPerson(key) ? 'Log out' : 'Sign out'
  const leave = async () => {
    if (!isOfPerson(key)) return session.signOut()
    const result = await api.logOut(key)
    session.signOut(result.ok ? undefined : `This browser may still be logged in. ${result.failure.detail}`)
  }
  return (
    <header class="bar">
      <div class="bar__inner">
        <Brand />
        <span class="bar__name">Wayside</span>
        {projectName !== null &&
          (person.value === null ? (
            <bdi class="bar__project" title={projectName}>
              {projectName}
            </bdi>
          ) : (
            <ProjectMenu name={projectName} person={person.value} />
          ))}
        <div class="bar__actions">
          <button type="button" class="button button--icon" title="Find (Ctrl K)" aria-label="Find a view, a value, an action" onClick={() => onDialog('palette')}>
            <Icon name="find" />
          </button>
          <button type="button" class="button button--icon" title="Keys (?)" aria-label="Keys" onClick={() => onDialog('help')}>
            <span aria-hidden="true">?</span>
          </button>
          <button type="button" class="button button--icon" title={label} aria-label={label} onClick={theme.toggle}>
            <Icon name={other === 'dark' ? 'moon' : 'sun'} />
          </button>
          {share === null && (
            <button type="button" class="button button--icon" title={leaving} aria-label={leaving} onClick={() => void leave()}>
              <Icon name="leave" />
            </button>
          )}
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
