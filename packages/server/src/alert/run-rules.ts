import type { AlertRuleInput } from '@wayside/protocol'
import type { Log } from '../log/log.ts'
import type { StoredRule, Alerts } from '../registry/alerts.ts'
import type { Project, Registry } from '../registry/registry.ts'
import type { QueryEngine } from '../store/store-query.ts'
import type { Store } from '../store/store.ts'
import { detectWindow, isDetector, type DetectedWindow, type Detecting } from './detect/detect-window.ts'
import { evaluate, type Happening, type RuleState } from './evaluate.ts'
import { readWindow, stepOf, type Asking } from './read-window.ts'

export interface RunRules extends Omit<Asking, 'engine' | 'project' | 'completeUntil'> {
  readonly engine: QueryEngine & Pick<Store, 'list'>
  readonly alerts: Pick<Alerts, 'enabled' | 'advance' | 'fail' | 'recall'>
  readonly registry: Pick<Registry, 'projects'>
  /** All events acknowledged before this instant are in answers. */
  readonly completeUntil: () => number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: Log
}

const MINUTE_MS = 60_000
/** Apps hold what they have for a second or two, and longer where they must try again. */
const REST_MS = 10_000
/** Windows that were missed are looked at later, up to so many; what is older is left out. */
const MAX_MISSED = 60

/**
 * Evaluates every rule up to what is complete, window by window. Each window counts once: of several servers one says so,
 * in one step with what it has found, so that a process which ends in between neither repeats nor loses an alert.
 */
export async function runRules({ alerts, registry, engine, completeUntil, now, log, signal }: RunRules): Promise<void> {
  const until = Math.min(now() - REST_MS, completeUntil())
  const projects = new Map((await registry.projects()).map((project) => [project.id, project]))
  for (const rule of await alerts.enabled()) {
    const project = projects.get(rule.projectId)
    if (project === undefined) continue
    try {
      let known: StoredRule | null = rule
      while (known !== null && signal?.aborted !== true) {
        const end = nextEnd(known, until)
        if (end > until) break
        const window = await look(known.input, end, { engine, project, completeUntil: until, recall: (consumers) => alerts.recall(rule.id, consumers), ...(signal !== undefined && { signal }) })
        const { state, happenings } = evaluate(known.input, known.state, window)
        known = await alerts.advance(known, end, { state, happenings, memories: window.memories })
      }
    } catch (error) {
      if (signal?.aborted === true) return
      log.warn('a rule for alerts could not be evaluated; it is tried again', { projectId: project.id, rule: rule.id, error })
      await alerts.fail(rule, error instanceof Error ? error.message : String(error))
    }
  }
}

interface Looking extends Omit<Asking, 'engine' | 'project'> {
  readonly engine: QueryEngine & Pick<Store, 'list'>
  readonly project: Project
  readonly recall: Detecting['recall']
}

const NOTHING_LEARNT: ReadonlyMap<string, string> = new Map()

/** What a window holds for a rule. */
async function look(rule: AlertRuleInput, end: number, { recall, ...asking }: Looking): Promise<DetectedWindow> {
  const { condition } = rule
  if (!isDetector(condition)) return { ...(await readWindow({ ...rule, condition }, end, asking)), memories: NOTHING_LEARNT }
  return detectWindow(rule, condition, end, { store: asking.engine, recall, ...asking })
}

/** The end of the window after the last one that was evaluated. */
function nextEnd({ input, evaluatedUntil }: StoredRule, until: number): number {
  const step = stepOf(input)
  const latest = Math.floor(until / step) * step
  return Math.max(Math.floor(evaluatedUntil / step) * step + step, latest - (MAX_MISSED - 1) * step)
}

/** Windows that a dry run looks at most. */
const MAX_DRY_WINDOWS = 300

export interface DryRun {
  readonly from: number
  readonly to: number
  readonly windows: number
  readonly happenings: readonly Happening[]
}

/** What a rule would have found in the time before an instant, as far back as wanted and as 300 windows reach. Rejects as `readQuery` does. */
export async function dryRun(rule: AlertRuleInput, backMs: number, until: number, asking: Omit<Looking, 'recall'>): Promise<DryRun> {
  const step = Math.max(stepOf(rule), MINUTE_MS)
  const to = Math.floor(until / step) * step
  const windows = Math.max(1, Math.min(MAX_DRY_WINDOWS, Math.floor(backMs / step)))
  const happenings: Happening[] = []
  const learnt = new Map<string, string>()
  let state: RuleState = {}
  for (let left = windows - 1; left >= 0; left--) {
    const window = await look(rule, to - left * step, { ...asking, recall: async () => learnt })
    for (const [value, memory] of window.memories) learnt.set(value, memory)
    const evaluation = evaluate(rule, state, window)
    state = evaluation.state
    happenings.push(...evaluation.happenings)
  }
  return { from: to - windows * step, to, windows, happenings }
}
