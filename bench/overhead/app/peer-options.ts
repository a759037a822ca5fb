/** Settings that the measured packages ask for in every framework; addresses of their servers come with the variant. */
export const APITALLY_OPTIONS = { clientId: '0f3a4b62-5c1d-4e8f-9a70-1b2c3d4e5f60', env: 'bench' }
export const MOESIF_OPTIONS = { applicationId: 'bench-application-'.padEnd(64, '0') }
export const README_USER = { apiKey: 'bench-user', label: 'Bench', email: 'bench@example.com' }
