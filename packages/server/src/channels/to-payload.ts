import type { DeliveryBody } from '../registry/channels.ts'

/** What a webhook gets, as JSON. `id` is the same each time that it is tried. */
export function toWebhook(id: number, body: DeliveryBody): string {
  return JSON.stringify({ id, ...body, at: new Date(body.at).toISOString() })
}

const MARKS: Readonly<Record<DeliveryBody['event'], string>> = {
  'alert.fired': '🔴',
  'alert.recovered': '🟢',
  'incident.opened': '🔴',
  'incident.closed': '🟢',
  test: '🔵',
}

/** What Slack, and what understands its incoming webhooks, shows. Names of traffic become text, not links or mentions. */
export function toSlack({ event, title, text, project }: DeliveryBody): string {
  const line = `${MARKS[event]} *${escapeSlack(project)}* ${escapeSlack(title)}`
  return JSON.stringify({ text: `${line}\n${escapeSlack(text)}`, unfurl_links: false, unfurl_media: false })
}

/** Slack's own three characters, and those that format. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(/[*_~`]/g, (mark) => `\u200B${mark}`)
}

/** The e-mail's subject and text. */
export function toAlertMail({ title, text, project, at }: DeliveryBody): { readonly subject: string; readonly text: string } {
  return { subject: `[${project}] ${title}`, text: `${title}\n\n${text}\n\nProject: ${project}\nTime: ${new Date(at).toISOString()}\n` }
}
