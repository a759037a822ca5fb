import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ALERT_STATES, type AlertDryRun, type AlertRule, type AlertRuleInput, type AlertsPage } from '@wayside/protocol'
import { refuseRule } from '../../alert/check-rule.ts'
import { dryRun, type DryRun } from '../../alert/run-rules.ts'
import { RULE_TEMPLATES } from '../../alert/templates.ts'
import { toMessage } from '../../alert/to-message.ts'
import { nearestWord } from '../../nearest-word.ts'
import { TooManyRules } from '../../registry/alerts.ts'
import type { Project } from '../../registry/registry.ts'
import { MAY_READ, MAY_WATCH, principalOf, requireKey } from '../authorize.ts'
import { ProblemError, quote } from '../problem.ts'
import { parseFilterText } from '../query/parse-query.ts'
import { untilClosed } from '../query/until-closed.ts'
import { Nullable, OneOf, problemsOf, schemaOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { AlertAnswer, DryRunAnswer, DryRunBody, RULE_DEFAULTS, RuleAnswer, RuleBody, RuleChanges, TemplateAnswer, TemplateBody } from './alert-schemas.ts'

const NO_RULE = 'The project has no rule with this id. `GET /api/v1/alert-rules` lists them.'
const HOUR_MS = 3_600_000
const DEFAULT_LIMIT = 100
const ById = Type.Object({ id: Type.String({ maxLength: 64, description: 'Id of a rule or an alert.' }) }, { additionalProperties: false })
const Page = schemaOf<AlertsPage>()(Type.Object({ alerts: Type.Array(AlertAnswer), nextCursor: Nullable(Type.String({ description: 'null when this is the last page.' })) }))

/** `/api/v1/alerts`, `/api/v1/alert-rules` and `/api/v1/alert-templates`: what is watched, and what was found. */
export const alertsRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { alerts, channels } = services.alerting
    const { door } = services
    const about = { tags: ['Alerts'], security: [{ key: [] }] }
    const audit = (actor: string, action: 'alert-rule-created' | 'alert-rule-changed' | 'alert-rule-removed' | 'alert-acknowledged', subject: string, { id }: Project) =>
      door.audit.append({ actor, action, subject, projectId: id })
    const find = async (project: Project, id: string): Promise<AlertRule> => {
      const rule = (await alerts.rules(project.id)).find((each) => each.id === id)
      if (rule === undefined) throw new ProblemError(404, NO_RULE)
      return rule
    }

    /** Throws 400 and 422. */
    async function checked(project: Project, rule: AlertRuleInput): Promise<AlertRuleInput> {
      if (rule.filter !== null) parseFilterText(JSON.stringify(rule.filter))
      const refusal = refuseRule(rule, project)
      if (refusal !== null) throw new ProblemError(422, refusal)
      const known = new Set((await channels.list(project.id)).map(({ id }) => id))
      const unknown = rule.channels.find((id) => !known.has(id))
      if (unknown !== undefined) throw new ProblemError(422, `The project has no channel ${quote(unknown)}. \`GET /api/v1/channels\` lists them.`)
      return rule
    }

    async function create(project: Project, rule: AlertRuleInput, actor: string): Promise<AlertRule> {
      const made = await alerts.create(project.id, await checked(project, rule)).catch(refuseTooMany)
      await audit(actor, 'alert-rule-created', `${made.id} ${made.name}`, project)
      return made
    }

    app.get(
      '/api/v1/alert-rules',
      { onRequest: requireKey(services, MAY_READ), schema: { ...about, operationId: 'alertRules', summary: 'What is watched', response: { 200: Type.Object({ rules: Type.Array(RuleAnswer) }), ...problemsOf(401, 403) } } },
      async (request) => ({ rules: [...(await alerts.rules(principalOf(request).project.id))] }),
    )

    app.post(
      '/api/v1/alert-rules',
      {
        onRequest: requireKey(services, MAY_WATCH),
        schema: {
          ...about,
          operationId: 'createAlertRule',
          summary: 'Watch a metric',
          description: 'From the next window on that is complete. `POST /api/v1/alert-rules/dry-run` says what it would have found.',
          body: RuleBody,
          response: { 200: RuleAnswer, ...problemsOf(400, 401, 403, 409, 422) },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        return create(project, { ...RULE_DEFAULTS, ...request.body }, keyId)
      },
    )

    app.patch(
      '/api/v1/alert-rule',
      {
        onRequest: requireKey(services, MAY_WATCH),
        schema: {
          ...about,
          operationId: 'changeAlertRule',
          summary: 'Change a rule, turn it off or on',
          description: 'What is left out stays. It begins anew: alerts of it that go on end.',
          querystring: ById,
          body: RuleChanges,
          response: { 200: RuleAnswer, ...problemsOf(400, 401, 403, 404, 422) },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const { id, createdAt: _createdAt, evaluatedUntil: _evaluatedUntil, fault: _fault, firing: _firing, ...before } = await find(project, request.query.id)
        const changed = await alerts.change(project.id, id, await checked(project, { ...before, ...request.body }))
        if (changed === null) throw new ProblemError(404, NO_RULE)
        await audit(keyId, 'alert-rule-changed', `${id} ${Object.keys(request.body).join(', ')}`, project)
        return changed
      },
    )

    app.delete(
      '/api/v1/alert-rule',
      {
        onRequest: requireKey(services, MAY_WATCH),
        schema: { ...about, operationId: 'removeAlertRule', summary: 'Watch no longer', description: 'Alerts that it has found stay.', querystring: ById, response: { 200: Type.Object({ removed: Type.Literal(true) }), ...problemsOf(400, 401, 403, 404) } },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const { id, name } = await find(project, request.query.id)
        await alerts.remove(project.id, id)
        await audit(keyId, 'alert-rule-removed', `${id} ${name}`, project)
        return { removed: true as const }
      },
    )

    app.post(
      '/api/v1/alert-rules/dry-run',
      {
        onRequest: requireKey(services, MAY_WATCH),
        schema: { ...about, operationId: 'dryRunAlertRule', summary: 'What a rule would have found', body: DryRunBody, response: { 200: DryRunAnswer, ...problemsOf(400, 401, 403, 422, 503) } },
      },
      async (request, reply): Promise<AlertDryRun> => {
        const { project } = principalOf(request)
        const rule = await checked(project, { ...RULE_DEFAULTS, ...request.body.rule })
        const until = Math.min(services.now(), services.completeUntil())
        return toDryRun(rule, await dryRun(rule, request.body.hours * HOUR_MS, until, { engine: services.store, project, completeUntil: until, signal: untilClosed(reply) }))
      },
    )

    app.get(
      '/api/v1/alert-templates',
      { onRequest: requireKey(services, MAY_READ), schema: { ...about, operationId: 'alertTemplates', summary: 'Kinds of alerts that many want', response: { 200: Type.Object({ templates: Type.Array(TemplateAnswer) }), ...problemsOf(401, 403) } } },
      async () => ({ templates: RULE_TEMPLATES.map(({ make: _make, ...template }) => template) }),
    )

    app.post(
      '/api/v1/alert-templates/rule',
      {
        onRequest: requireKey(services, MAY_WATCH),
        schema: { ...about, operationId: 'createAlertRuleFromTemplate', summary: 'Watch what a template describes', body: TemplateBody, response: { 200: RuleAnswer, ...problemsOf(400, 401, 403, 409, 422) } },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const { template, parameters = {}, name, channels: told = [] } = request.body
        const made = fromTemplate(template, parameters)
        return create(project, { ...made, channels: told, ...(name !== undefined && { name }) }, keyId)
      },
    )

    app.get(
      '/api/v1/alerts',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: {
          ...about,
          operationId: 'alerts',
          summary: 'What was found, the newest first',
          querystring: Type.Object(
            {
              limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: `${DEFAULT_LIMIT} where absent.` })),
              cursor: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$', description: '`nextCursor` of the page before.' })),
              rule: Type.Optional(Type.String({ maxLength: 64, description: 'Those that a rule has found.' })),
              state: Type.Optional(OneOf(ALERT_STATES, '`firing` are those that go on.')),
            },
            { additionalProperties: false },
          ),
          response: { 200: Page, ...problemsOf(400, 401, 403) },
        },
      },
      async (request): Promise<AlertsPage> => {
        const { limit = DEFAULT_LIMIT, cursor, rule = null, state = null } = request.query
        const found = await alerts.list(principalOf(request).project.id, { before: cursor === undefined ? null : Number(cursor), rule, state, limit: limit + 1 })
        const page = found.slice(0, limit)
        return { alerts: page.map(({ alert }) => alert), nextCursor: found.length > limit ? String(page.at(-1)?.number) : null }
      },
    )

    app.post(
      '/api/v1/alert/acknowledge',
      {
        onRequest: requireKey(services, MAY_WATCH),
        schema: { ...about, operationId: 'acknowledgeAlert', summary: 'Say that you know of an alert', querystring: ById, response: { 200: AlertAnswer, ...problemsOf(400, 401, 403, 404) } },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const alert = await alerts.acknowledge(project.id, request.query.id, keyId)
        if (alert === null) throw new ProblemError(404, 'The project has no alert with this id. `GET /api/v1/alerts` lists them.')
        await audit(keyId, 'alert-acknowledged', alert.id, project)
        return alert
      },
    )
  }

/** Throws 422. */
function fromTemplate(name: string, given: Readonly<Record<string, number>>): AlertRuleInput {
  const template = RULE_TEMPLATES.find((each) => each.name === name)
  if (template === undefined) throw new ProblemError(422, `There is no template ${quote(name)}. ${nearest(name, RULE_TEMPLATES)}`)
  const parameters: Record<string, number> = Object.fromEntries(template.parameters.map((each) => [each.name, each.default]))
  for (const [parameter, value] of Object.entries(given)) {
    const known = template.parameters.find((each) => each.name === parameter)
    if (known === undefined) throw new ProblemError(422, `The template has no parameter ${quote(parameter)}. ${nearest(parameter, template.parameters)}`)
    if (value < known.min || value > known.max) throw new ProblemError(422, `${parameter} must be from ${known.min} to ${known.max}, got ${value}.`)
    parameters[parameter] = value
  }
  return template.make(parameters)
}

function nearest(word: string, known: readonly { readonly name: string }[]): string {
  const names = known.map(({ name }) => name)
  const near = nearestWord(word, names)
  return near === null ? `Known are ${names.join(', ')}.` : `Did you mean ${quote(near)}?`
}

function toDryRun(rule: AlertRuleInput, { from, to, windows, happenings }: DryRun): AlertDryRun {
  return {
    from,
    to,
    windows,
    alerts: happenings.flatMap((fired) => {
      if (fired.kind !== 'fired') return []
      const end = happenings.find((each) => each.kind === 'recovered' && each.value === fired.value && each.startedAt === fired.at)
      const { observed, bound, finding } = fired
      return { value: rule.dimension === null ? null : fired.value, observed, bound, message: toMessage(rule, fired.value, observed, bound, finding), startedAt: fired.at, endedAt: end?.at ?? null }
    }),
  }
}

function refuseTooMany(error: unknown): never {
  if (error instanceof TooManyRules) throw new ProblemError(409, `${error.message}: remove one that is not needed.`, {}, { cause: error })
  throw error
}
