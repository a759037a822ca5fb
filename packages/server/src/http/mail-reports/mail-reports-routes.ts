import { MAIL_FREQUENCIES, type MailFrequency, type MailReportsList } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { parseEmail } from '../../people/person.ts'
import { MAY_ADMINISTER, MAY_READ, principalOf, requireKey } from '../authorize.ts'
import type { Principal } from '../../registry/registry.ts'
import { ProblemError, quote } from '../problem.ts'
import { OneOf, problemsOf, schemaOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { stopRoutes } from './stop-routes.ts'

const MAX_RECIPIENTS = 20

const Report = Type.Object(
  {
    frequency: OneOf(MAIL_FREQUENCIES, 'Of the last day, week or month.'),
    recipients: Type.Array(Type.String({ maxLength: 254 }), { maxItems: MAX_RECIPIENTS, description: 'E-mail addresses.' }),
  },
  { additionalProperties: false },
)
const ReportsAnswer = schemaOf<MailReportsList>()(
  Type.Object({
    canSend: Type.Boolean({ description: 'Whether the server knows how to send e-mail.' }),
    mayChange: Type.Boolean({ description: 'Whether you say who gets them; nobody else is told who does.' }),
    reports: Type.Array(Report),
  }),
)

/** `/api/v1/reports`: who gets reports by e-mail. */
export const mailReportsRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { mailReports, settings, door } = services
    const about = { tags: ['Reports by e-mail'], security: [{ key: [] }] }
    const canSend = settings.mail !== null
    await app.register(stopRoutes(services))

    async function answer({ project, kind }: Principal): Promise<MailReportsList> {
      const mayChange = MAY_ADMINISTER.kinds.includes(kind)
      const recipients = mayChange ? await mailReports.of(project.id) : []
      const of = (frequency: MailFrequency) => recipients.filter((each) => each.frequency === frequency).map(({ email }) => email)
      return { canSend, mayChange, reports: MAIL_FREQUENCIES.map((frequency) => ({ frequency, recipients: of(frequency) })) }
    }

    app.get(
      '/api/v1/reports',
      { onRequest: requireKey(services, MAY_READ), schema: { ...about, operationId: 'mailReports', summary: 'Who gets reports by e-mail', response: { 200: ReportsAnswer, ...problemsOf(401, 403) } } },
      async (request) => answer(principalOf(request)),
    )

    app.put(
      '/api/v1/reports',
      {
        onRequest: requireKey(services, MAY_ADMINISTER),
        schema: {
          ...about,
          operationId: 'setMailReports',
          summary: 'Say who gets a report of each day, week or month',
          description: 'From the next period that ends. It is sent an hour later, by the clock of the project. Each e-mail holds a link that stops it.',
          body: Report,
          response: { 200: ReportsAnswer, ...problemsOf(400, 401, 403, 409) },
        },
      },
      async (request) => {
        const principal = principalOf(request)
        const { project, keyId } = principal
        const { frequency, recipients } = request.body
        if (!canSend && recipients.length > 0) throw new ProblemError(409, 'This server sends no e-mail: give it --smtp-url, --mail-from and --public-url.')
        await mailReports.set(project.id, frequency, [...new Set(recipients.map(toEmail))])
        await door.audit.append({ actor: keyId, action: 'mail-report-changed', subject: `${frequency}, ${recipients.length} recipients`, projectId: project.id })
        return answer(principal)
      },
    )
  }

function toEmail(text: string): string {
  const email = parseEmail(text)
  // A comma would be a second address to programs that read a header.
  if (email !== null && !/[,;<>"()]/.test(email)) return email
  throw new ProblemError(400, `${quote(text)} is no e-mail address.`)
}
