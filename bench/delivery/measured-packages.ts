/** The peers that the benchmark installs, and in which version. */
export const MEASURED_PACKAGES = {
  '@opentelemetry/api': '1.10.0',
  '@opentelemetry/sdk-node': '0.301.0',
  '@sentry/node': '11.12.0',
  '@segment/analytics-node': '3.1.0',
  'posthog-node': '5.70.0',
  '@rudderstack/rudder-sdk-node': '3.0.13',
} as const satisfies Readonly<Record<string, string>>
