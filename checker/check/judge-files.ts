import type { Finding } from '../files/finding.ts'
import type { Located } from '../files/located.ts'
import { crossRules } from '../rules/index.ts'
import { judgeSchema } from '../schema/judge-schema.ts'

/** Findings that are true only when every object of the files was looked at. */
const ABOUT_ABSENCE = new Set<string>(['service-selects-nobody', 'nobody-makes-it'])

/** What can be said about manifests without a cluster: schema, the server's own rules, and objects against each other. */
export function judgeFiles(manifests: readonly Located[], namespace: string): Finding[] {
  const findings: Finding[] = []
  const sound: Located[] = []
  for (const manifest of manifests) {
    const own = judgeSchema(manifest, namespace)
    findings.push(...own)
    // an object whose shape is wrong says nothing reliable about others
    if (!own.some(({ code }) => code === 'wrong-type' || code === 'unknown-kind' || code === 'wrong-api-version'))
      sound.push(manifest)
  }
  // and what it would be to them cannot be missed: nobody is told that a Service finds no pods, when the pods are a word away
  const whole = sound.length === manifests.length
  findings.push(...crossRules(sound, namespace).filter(({ code }) => whole || !ABOUT_ABSENCE.has(code)))
  return withoutRepeats(withoutTwins(findings))
}

/** The server says of selectors and templates what a rule says better, at another place. */
function withoutTwins(findings: readonly Finding[]): Finding[] {
  const told = findings.some(({ code }) => code === 'selector-misses-template')
  return findings.filter(({ message }) => !(told && message.includes('`selector` does not match template `labels`')))
}

/** One finding for one place: a rule of ours and a rule of the server may mean the same. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>()
  return findings.filter(({ level, place, file, message }) => {
    const key = place ? `${level} ${place.file}:${place.line}:${place.column}` : `${file} ${message}`
    if (seen.has(key) && level === 'error') return false
    seen.add(key)
    return true
  })
}
