import { ALERT_LIMITS, ALERT_SEVERITIES, parseIp, type Alert, type AlertRule, type AlertRuleInput, type AlertState } from '@wayside/protocol'
import { randomUUID } from 'node:crypto'
import type { Happening, RuleState } from '../alert/evaluate.ts'
import { toSource } from '../alert/detect/unseen-source.ts'
import { toMessage } from '../alert/to-message.ts'
import type { Database, Row, Statements } from '../database/database.ts'
import { enqueueDeliveries, type DeliveryBody } from './channels.ts'
import { toNumber } from './columns.ts'

/** The project has as many rules as it may. */
export class TooManyRules extends Error {
  override readonly name = 'TooManyRules'
}

/** A rule with what it remembers. */
export interface StoredRule {
  readonly id: string
  readonly projectId: number
  readonly input: AlertRuleInput
  readonly state: RuleState
  /** Milliseconds since 1970. */
  readonly evaluatedUntil: number
}

/** What a window brought for a rule. */
export interface Brought {
  readonly state: RuleState
  readonly happenings: readonly Happening[]
  /** What is learnt of values from then on, by value; others stay as they are. */
  readonly memories: ReadonlyMap<string, string>
}

/** Rules, and the alerts that they have found. */
export interface Alerts {
  /** Rejects with `TooManyRules`. */
  create(projectId: number, input: AlertRuleInput): Promise<AlertRule>
  /** In the order in which they were made. */
  rules(projectId: number): Promise<readonly AlertRule[]>
  /** Changes what is given and forgets what it remembers: alerts of it that go on end. `null` for one that is gone. */
  change(projectId: number, id: string, input: AlertRuleInput): Promise<AlertRule | null>
  /** Whether there was one. Its alerts stay, and those that go on end. */
  remove(projectId: number, id: string): Promise<boolean>
  /** Those of all projects in use that are to be evaluated. */
  enabled(): Promise<readonly StoredRule[]>
  /** Says what a window has brought: all of it, or nothing and `null` where another process has said it before or the rule is another. */
  advance(rule: StoredRule, until: number, brought: Brought): Promise<StoredRule | null>
  /** What a rule has learnt of these values, as it was given to `advance`. */
  recall(id: string, values: readonly string[]): Promise<ReadonlyMap<string, string>>
  fail(rule: StoredRule, fault: string): Promise<void>
  /** The newest first, with their numbers. */
  list(projectId: number, which: WhichAlerts): Promise<readonly { readonly number: number; readonly alert: Alert }[]>
  /** Removes what names a value, such as a consumer or an address that is to be forgotten, and has rules begin anew that may remember it. */
  forgetValue(projectId: number, value: string): Promise<void>
  /** `null` for one that is not there. */
  acknowledge(projectId: number, id: string, actor: string): Promise<Alert | null>
}

/** What is `null` leaves none out. */
export interface WhichAlerts {
  /** Those with smaller numbers. */
  readonly before: number | null
  /** Id of their rule. */
  readonly rule: string | null
  readonly state: AlertState | null
  readonly limit: number
}

/** Alerts that have ended are kept for so long. */
const DAY_MS = 86_400_000
const KEEP_MS = 400 * DAY_MS
/** What was learnt of a value that did not come again is forgotten after so long, or as long as the project lists requests. */
const REMEMBER_MS = 90 * DAY_MS

/** @param now - milliseconds since 1970 */
export function createAlerts(database: Database, now: () => number): Alerts {
  const ruleRows = (condition: string, values: readonly (string | number)[]) =>
    database.query(
      `SELECT alert_rules.*, (SELECT COUNT(*) FROM alerts WHERE alerts.rule_id = alert_rules.id AND alerts.ended_at IS NULL) AS firing
       FROM alert_rules WHERE ${condition} ORDER BY created_at, id`,
      values,
    )

  /** Ends what goes on: nobody looks any longer whether it still does. */
  const endAll = (statements: Statements, id: string) => statements.query('UPDATE alerts SET ended_at = $2 WHERE rule_id = $1 AND ended_at IS NULL', [id, now()])

  async function write(statements: Statements, rule: StoredRule, happening: Happening): Promise<void> {
    const { value, at } = happening
    const { input, projectId } = rule
    if (happening.kind === 'seen') {
      await statements.query('UPDATE alerts SET last_seen_at = $3 WHERE rule_id = $1 AND value = $2 AND ended_at IS NULL', [rule.id, value, at])
      return
    }
    let row: Row | undefined
    if (happening.kind === 'fired') {
      const { observed, bound, finding } = happening
      const details = JSON.stringify({ observed, bound, message: toMessage(input, value, observed, bound, finding), grouped: input.dimension !== null })
      ;[row] = await statements.query(
        `INSERT INTO alerts (id, project_id, rule_id, rule_name, severity, value, details, started_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING *`,
        [randomUUID(), projectId, rule.id, input.name, input.severity, value, details, at],
      )
    } else [row] = await statements.query('UPDATE alerts SET ended_at = $3 WHERE rule_id = $1 AND value = $2 AND ended_at IS NULL RETURNING *', [rule.id, value, at])
    if (row === undefined) return
    const [project] = await statements.query('SELECT name FROM projects WHERE id = $1', [projectId])
    await enqueueDeliveries(statements, projectId, input.channels, toBody(toAlert(row), happening.kind, String(project?.['name'] ?? ''), at), now())
  }

  return {
    create: (projectId, input) =>
      database.transaction(async (statements) => {
        // Held to the end, so that of two that make the last one, one is refused.
        await statements.query('UPDATE projects SET name = name WHERE id = $1', [projectId])
        const [count] = await statements.query('SELECT COUNT(*) AS rules FROM alert_rules WHERE project_id = $1', [projectId])
        if (Number(count?.['rules']) >= ALERT_LIMITS.rulesPerProject) throw new TooManyRules(`a project has at most ${ALERT_LIMITS.rulesPerProject} rules`)
        const [row] = await statements.query(
          `INSERT INTO alert_rules (id, project_id, input, enabled, state, evaluated_until, revision, created_at) VALUES ($1, $2, $3, $4, '{}', $5, 1, $5) RETURNING *`,
          [randomUUID(), projectId, JSON.stringify(input), input.enabled ? 1 : 0, now()],
        )
        if (row === undefined) throw new Error('the database made no rule')
        return toRule({ ...row, firing: 0 })
      }),
    rules: async (projectId) => (await ruleRows('project_id = $1', [projectId])).map(toRule),
    change: (projectId, id, input) =>
      database.transaction(async (statements) => {
        const [found] = await statements.query('SELECT * FROM alert_rules WHERE project_id = $1 AND id = $2', [projectId, id])
        const before = found === undefined ? null : toStoredRule(found)
        const [row] = await statements.query(
          `UPDATE alert_rules SET input = $3, enabled = $4, state = '{}', evaluated_until = $5, fault = NULL, revision = revision + 1 WHERE project_id = $1 AND id = $2 RETURNING *`,
          [projectId, id, JSON.stringify(input), input.enabled ? 1 : 0, now()],
        )
        if (row === undefined) return null
        await endAll(statements, id)
        // What it has learnt stays where it goes on learning the same.
        if (JSON.stringify([input.condition.kind, input.filter]) !== JSON.stringify([before?.input.condition.kind, before?.input.filter])) await statements.query('DELETE FROM alert_memories WHERE rule_id = $1', [id])
        return toRule({ ...row, firing: 0 })
      }),
    remove: (projectId, id) =>
      database.transaction(async (statements) => {
        const [row] = await statements.query('DELETE FROM alert_rules WHERE project_id = $1 AND id = $2 RETURNING id', [projectId, id])
        if (row === undefined) return false
        await endAll(statements, id)
        await statements.query('UPDATE alerts SET rule_id = NULL WHERE rule_id = $1', [id])
        return true
      }),
    async enabled() {
      await database.query('DELETE FROM alerts WHERE ended_at < $1', [now() - KEEP_MS])
      await database.query(
        `DELETE FROM alert_memories WHERE updated_at < $1 OR EXISTS (
           SELECT 1 FROM alert_rules JOIN projects ON projects.id = alert_rules.project_id
           WHERE alert_rules.id = alert_memories.rule_id AND alert_memories.updated_at < $2 - projects.event_days * ${DAY_MS})`,
        [now() - REMEMBER_MS, now()],
      )
      const rows = await database.query(
        'SELECT alert_rules.* FROM alert_rules JOIN projects ON projects.id = alert_rules.project_id WHERE enabled = 1 AND projects.retired_at IS NULL ORDER BY alert_rules.created_at, alert_rules.id',
      )
      return rows.map(toStoredRule)
    },
    async recall(id, values) {
      if (values.length === 0) return new Map()
      const places = values.map((_, at) => `$${at + 2}`).join(', ')
      const rows = await database.query(`SELECT value, memory FROM alert_memories WHERE rule_id = $1 AND value IN (${places})`, [id, ...values])
      return new Map(rows.map(({ value, memory }) => [String(value), String(memory)]))
    },
    advance: (rule, until, { state, happenings, memories }) =>
      database.transaction(async (statements) => {
        const [row] = await statements.query(
          `UPDATE alert_rules SET state = $3, evaluated_until = $4, fault = NULL WHERE id = $1 AND evaluated_until = $2 AND input = $5 AND enabled = 1 RETURNING *`,
          [rule.id, rule.evaluatedUntil, JSON.stringify(state), until, JSON.stringify(rule.input)],
        )
        if (row === undefined) return null
        for (const happening of happenings) await write(statements, rule, happening)
        for (const [value, memory] of memories)
          await statements.query(
            'INSERT INTO alert_memories (rule_id, value, memory, updated_at) VALUES ($1, $2, $3, $4) ON CONFLICT (rule_id, value) DO UPDATE SET memory = excluded.memory, updated_at = excluded.updated_at',
            [rule.id, value, memory, now()],
          )
        return toStoredRule(row)
      }),
    async fail({ id }, fault) {
      await database.query('UPDATE alert_rules SET fault = $2 WHERE id = $1', [id, fault])
    },
    async list(projectId, { before, rule, state, limit }) {
      const values: (string | number)[] = [projectId, before ?? Number.MAX_SAFE_INTEGER, limit]
      const ofRule = rule === null ? '' : `AND rule_id = $${values.push(rule)}`
      const inState = state === null ? '' : `AND ended_at IS ${state === 'firing' ? '' : 'NOT '}NULL`
      const rows = await database.query(`SELECT * FROM alerts WHERE project_id = $1 AND number < $2 ${ofRule} ${inState} ORDER BY number DESC LIMIT $3`, values)
      return rows.map((row) => ({ number: Number(row['number']), alert: toAlert(row) }))
    },
    forgetValue: (projectId, value) =>
      database.transaction(async (statements) => {
        await statements.query('DELETE FROM alerts WHERE project_id = $1 AND value = $2', [projectId, value])
        if (parseIp(value) !== null) {
          // It stands in the words of alerts, and in what was learnt of those who came from it.
          const source = `%"${toSource(value)}"%`
          await statements.query('DELETE FROM alerts WHERE project_id = $1 AND details LIKE $2', [projectId, `%came from ${toSource(value)},%`])
          await statements.query('DELETE FROM alert_memories WHERE memory LIKE $2 AND rule_id IN (SELECT id FROM alert_rules WHERE project_id = $1)', [projectId, source])
        }
        await statements.query('DELETE FROM deliveries WHERE project_id = $1', [projectId])
        await statements.query(`UPDATE alert_rules SET state = '{}' WHERE project_id = $1`, [projectId])
        await statements.query('DELETE FROM alert_memories WHERE value = $2 AND rule_id IN (SELECT id FROM alert_rules WHERE project_id = $1)', [projectId, value])
      }),
    async acknowledge(projectId, id, actor) {
      const [row] = await database.query(
        `UPDATE alerts SET acknowledged_at = COALESCE(acknowledged_at, $3), acknowledged_by = COALESCE(acknowledged_by, $4) WHERE project_id = $1 AND id = $2 RETURNING *`,
        [projectId, id, now(), actor],
      )
      return row === undefined ? null : toAlert(row)
    },
  }
}

function toBody({ id, severity, message, value, observed, bound, startedAt }: Alert, kind: 'fired' | 'recovered', project: string, at: number): DeliveryBody {
  const title = kind === 'fired' ? message : `Over: ${message}`
  return { event: `alert.${kind}`, project, title, text: kind === 'fired' ? `A ${severity} alert.` : 'It no longer meets the condition.', severity, at, about: { alert: id, value, observed, bound, startedAt } }
}

function toStoredRule(row: Row): StoredRule {
  return {
    id: String(row['id']),
    projectId: Number(row['project_id']),
    // Boundary: both were written here.
    input: JSON.parse(String(row['input'])) as AlertRuleInput,
    state: JSON.parse(String(row['state'])) as RuleState,
    evaluatedUntil: Number(row['evaluated_until']),
  }
}

function toRule(row: Row): AlertRule {
  const { id, input, evaluatedUntil } = toStoredRule(row)
  return { ...input, id, createdAt: Number(row['created_at']), evaluatedUntil, fault: row['fault'] === null ? null : String(row['fault']), firing: Number(row['firing']) }
}

function toAlert(row: Row): Alert {
  // Boundary: it was written here.
  const details = JSON.parse(String(row['details'])) as { readonly observed: number | null; readonly bound: number | null; readonly message: string; readonly grouped: boolean }
  const severity = ALERT_SEVERITIES.find((each) => each === row['severity'])
  if (severity === undefined) throw new Error(`an alert is ${JSON.stringify(row['severity'])}, which this program does not know`)
  return {
    id: String(row['id']),
    rule: row['rule_id'] === null ? null : String(row['rule_id']),
    ruleName: String(row['rule_name']),
    severity,
    value: details.grouped ? String(row['value']) : null,
    observed: details.observed,
    bound: details.bound,
    message: details.message,
    startedAt: Number(row['started_at']),
    lastSeenAt: Number(row['last_seen_at']),
    endedAt: toNumber(row['ended_at']),
    acknowledgedAt: toNumber(row['acknowledged_at']),
    acknowledgedBy: row['acknowledged_by'] === null ? null : String(row['acknowledged_by']),
  }
}
