import { OUTCOMES, toLatencyBucket, type ApiEvent } from '@wayside/protocol'
import { correctTime } from '../enrich/clock.ts'
import { toConsumer } from '../enrich/consumer.ts'
import type { Address, Enricher } from '../enrich/enricher.ts'
import type { NewEvent } from '../journal/journal-batch.ts'
import type { Delivery } from './receiver.ts'

/** What a project's events go through on their way in. */
export interface Admission {
  readonly enricher: Enricher
  /** Values past their bound become one. */
  method(method: string): string
  route(route: string | null): string | null
  client(client: string | null): string | null
  consumer(consumer: string | null): string | null
}

/**
 * An event as it may be stored: the address cleaned to the stricter of the sender's and the project's level, whatever
 * the sender has done already. This is the last place that sees an address which must not be kept.
 */
export function toNewEvent(event: ApiEvent, delivery: Delivery, admission: Admission): NewEvent {
  const { project, head, receivedAt, sentAt } = delivery
  const level = Math.max(project.privacyFloor, head.privacyLevel)
  const address = level === 2 || event.ip === null ? NO_ADDRESS : admission.enricher.address(event.ip)
  const ip = level === 0 ? address.ip : null
  const { time, adjusted, wallTime } = correctTime(event.time, { sentAt, receivedAt })
  const { client, clientVersion, os, device, bot } = admission.enricher.client(event.userAgent)
  const { kind, consumer } = toConsumer(event, ip)
  return {
    projectId: project.id,
    time,
    receivedAt,
    timeAdjusted: adjusted,
    wallTime,
    method: admission.method(event.method),
    route: admission.route(event.route),
    path: event.path,
    host: event.host,
    status: event.status,
    outcome: OUTCOMES.indexOf(event.outcome),
    durationUs: event.durationUs,
    latencyBucket: event.durationUs === null ? null : toLatencyBucket(event.durationUs),
    upstreamUs: event.upstreamUs,
    upstreamCount: event.upstreamCount,
    requestBytes: event.requestBytes,
    responseBytes: event.responseBytes,
    ip,
    country: address.country,
    userAgent: event.userAgent,
    client: admission.client(client),
    clientVersion,
    os,
    device,
    bot,
    userId: event.userId,
    apiKeyHash: event.apiKeyHash,
    oauthClientId: event.oauthClientId,
    consumerKind: kind,
    consumer: admission.consumer(consumer),
    framework: head.framework,
    environment: head.environment,
    service: head.service,
    serviceVersion: head.serviceVersion,
    instance: head.instance,
    errorClass: event.errorClass,
    errorFingerprint: event.errorFingerprint,
    errorMessage: event.errorMessage,
    tags: event.tags,
  }
}

const NO_ADDRESS: Address = { ip: null, country: null }
