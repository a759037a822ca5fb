import { useEffect, useRef } from 'preact/hooks'
import { useDashboard } from '../../state/use-dashboard.ts'
import type { ShortcutKey } from './shortcuts.ts'

export interface HelpDialogProps {
  readonly keys: readonly ShortcutKey[]
  readonly onClose: () => void
}

/** What keys do, and a switch for those who speak to their computer, or type by accident. */
export function HelpDialog({ keys, onClose }: HelpDialogProps) {
  const { hasShortcuts } = useDashboard()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="help-title" onClose={onClose}>
      <div class="card__head">
        <h2 id="help-title">Keys</h2>
        <button type="button" class="button button--small" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      <dl class="keys">
        {keys.map(({ key, does }) => (
          <div key={key}>
            <dt>
              <kbd>{key === 'Escape' ? 'Esc' : key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>← →</kbd>
          </dt>
          <dd>In a chart: from interval to interval; with Shift choose a part, Enter shows it</dd>
        </div>
        <div>
          <dt>
            <kbd>Shift</kbd>
          </dt>
          <dd>With a click on a value: exclude it</dd>
        </div>
      </dl>
      <label class="menu__check">
        <input type="checkbox" checked={hasShortcuts.value.value} onChange={({ currentTarget }) => hasShortcuts.set(currentTarget.checked)} />
        Single keys are shortcuts
      </label>
    </dialog>
  )
}
