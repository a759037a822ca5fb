import type { AlertRule } from '@wayside/protocol'

/** How a rule does: a mark and a word, in its colour. */
export function RuleState({ rule: { enabled, fault, firing } }: { readonly rule: Pick<AlertRule, 'enabled' | 'fault' | 'firing'> }) {
  if (!enabled) return <Tag tone="none" mark="–" word="Off" />
  if (fault !== null) return <Tag tone="degraded" mark="!" word="Cannot be looked at" title={fault} />
  return firing === 0 ? <Tag tone="up" mark="✓" word="Quiet" /> : <Tag tone="down" mark="▲" word={firing === 1 ? 'Goes on' : `${firing} go on`} />
}

function Tag({ tone, mark, word, title }: { readonly tone: string; readonly mark: string; readonly word: string; readonly title?: string }) {
  return (
    <span class={`uptime uptime--${tone}`} title={title}>
      <span aria-hidden="true">{mark}</span> {word}
    </span>
  )
}
