import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { FREQUENCIES } from '../../mail-report/frequency.ts'
import { parseEmail } from '../../people/person.ts'
import { MAY_ADMINISTER, principalOf, requireKey } from '../authorize.ts'
import { ProblemError, quote } from '../problem.ts'
import { OneOf, problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { stopRoutes } from './stop-routes.ts'

const MAX_RECIPIENTS = 20

const Report = Type.Object(
  {
    frequency: OneOf(FREQUENCIES, 'Of the last day, week or month.'),
    recipients: Type.Array(Type.String({ maxLength: 254 }), { maxItems: MAX_RECIPIENTS, description: 'E-mail addresses.' }),
  },
  { additionalProperties: false },
)
const ReportsAnswer = Type.Object({
  canSend: Type.Boolean({ description: 'Whether the server knows how to send e-mail.' }),
  reports: Type.Array(Report),
})

/** `/api/v1/reports`: who gets reports by e-mail. */
export const mailReportsRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { mailReports, settings, door } = services
    const onRequest = requireKey(services, MAY_ADMINISTER)
    const about = { tags: ['Reports by e-mail'], security: [{ key: [] }] }
    const canSend = settings.mail !== null
    await app.register(stopRoutes(services))

    async function answer(projectId: number) {
      const recipients = await mailReports.of(projectId)
      const of = (frequency: (typeof FREQUENCIES)[number]) => recipients.filter((each) => each.frequency === frequency).map(({ email }) => email)
      return { canSend, reports: FREQUENCIES.map((frequency) => ({ frequency, recipients: of(frequency) })) }
    }

    app.get(
      '/api/v1/reports',
      { onRequest, schema: { ...about, operationId: 'mailReports', summary: 'Who gets reports by e-mail', response: { 200: ReportsAnswer, ...problemsOf(401, 403) } } },
      async (request) => answer(principalOf(request).project.id),
    )

    app.put(
      '/api/v1/reports',
      {
        onRequest,
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
        const { project, keyId } = principalOf(request)
        const { frequency, recipients } = request.body
        if (!canSend && recipients.length > 0) throw new ProblemError(409, 'This server sends no e-mail: give it --smtp-url, --mail-from and --public-url.')
        await mailReports.set(project.id, frequency, [...new Set(recipients.map(toEmail))])
        await door.audit.append({ actor: keyId, action: 'mail-report-changed', subject: `${frequency}, ${recipients.length} recipients`, projectId: project.id })
        return answer(project.id)
      },
    )
  }

function toEmail(text: string): string {
  const email = parseEmail(text)
  // A comma would be a second address to programs that read a header.
  if (email !== null && !/[,;<>"()]/.test(email)) return email
  throw new ProblemError(400, `${quote(text)} is no e-mail address.`)
}
