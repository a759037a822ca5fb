import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** Whether `openssl` can make certificates here; tests that need them are skipped with a message where it cannot. */
export const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'])
    return true
  } catch {
    console.warn('openssl is missing: tests that need certificates are skipped')
    return false
  }
})()

export interface CertificateOptions {
  /** Subject alternative names, such as `IP:127.0.0.1`. */
  readonly names?: string
  /** Signs itself without it. */
  readonly issuer?: Certificate
  /** Instead of a year from now: ended yesterday. */
  readonly expired?: boolean
  readonly passphrase?: string
}

/** Makes a certificate with an elliptic key; one that signs itself may issue others. */
export function makeCertificate({ names = 'IP:127.0.0.1', issuer, expired = false, passphrase }: CertificateOptions = {}): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-certificates-'))
  const file = (name: string) => join(folder, name)
  try {
    const authority = issuer === undefined ? ['-addext', 'basicConstraints=critical,CA:TRUE'] : []
    const extensions = ['-addext', `subjectAltName=${names}`, ...authority]
    const secret = passphrase === undefined ? ['-nodes'] : ['-passout', `pass:${passphrase}`]
    const name = ['-subj', `/CN=wayside test ${issuer === undefined ? 'own' : 'issued'}`, '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
    openssl('req', '-new', ...name, ...secret, '-keyout', file('key'), '-out', file('request'), ...extensions)
    if (issuer !== undefined) {
      writeFileSync(file('ca'), issuer.cert)
      writeFileSync(file('ca-key'), issuer.key)
    }
    const signer = issuer === undefined ? ['-signkey', file('key')] : ['-CA', file('ca'), '-CAkey', file('ca-key'), '-CAcreateserial']
    const open = passphrase === undefined || issuer !== undefined ? [] : ['-passin', `pass:${passphrase}`]
    // A negative number of days ends the certificate before it begins, for every version of openssl.
    openssl('x509', '-req', '-in', file('request'), ...signer, ...open, '-days', expired ? '-1' : '365', '-copy_extensions', 'copy', '-out', file('cert'))
    return { cert: readFileSync(file('cert'), 'utf8'), key: readFileSync(file('key'), 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
