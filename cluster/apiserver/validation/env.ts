import type { Container } from '../../apimachinery/objects.ts'
import { eachInvalid, invalid, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { ENV_FIELDS, validateFieldRef, validateResourceFieldRef } from './field-selector.ts'
import { configMapKey, dns1123Subdomain, envVarName } from './names.ts'

type EnvVar = NonNullable<Container['env']>[number]
type EnvFrom = NonNullable<Container['envFrom']>[number]

const MORE_THAN_ONE = 'may not have more than one field specified at a time'

export function validateEnv(vars: readonly EnvVar[], path: string): FieldError[] {
  return vars.flatMap((variable, index) => {
    const at = `${path}[${index}]`
    const { name = '' } = variable
    const named = name === '' ? [required(`${at}.name`)] : eachInvalid(`${at}.name`, name, envVarName(name))
    return [...named, ...validateValueFrom(variable, `${at}.valueFrom`)]
  })
}

function validateValueFrom({ value = '', valueFrom }: EnvVar, path: string): FieldError[] {
  if (!valueFrom) return []
  const errors: FieldError[] = []
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom
  if (fieldRef) errors.push(...validateFieldRef(fieldRef, ENV_FIELDS, `${path}.fieldRef`))
  if (resourceFieldRef) errors.push(...validateResourceFieldRef(resourceFieldRef, false, `${path}.resourceFieldRef`))
  if (configMapKeyRef) errors.push(...validateKeyRef(configMapKeyRef, `${path}.configMapKeyRef`))
  if (secretKeyRef) errors.push(...validateKeyRef(secretKeyRef, `${path}.secretKeyRef`))
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter(Boolean).length
  if (sources === 0) {
    const detail = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'
    errors.push(invalid(path, '', detail))
  } else if (value !== '') errors.push(invalid(path, '', 'may not be specified when `value` is not empty'))
  else if (sources > 1) errors.push(invalid(path, '', MORE_THAN_ONE))
  return errors
}

function validateKeyRef({ name = '', key = '' }: { name?: string; key?: string }, path: string): FieldError[] {
  const named = eachInvalid(`${path}.name`, name, dns1123Subdomain(name))
  return [...named, ...(key === '' ? [required(`${path}.key`)] : eachInvalid(`${path}.key`, key, configMapKey(key)))]
}

export function validateEnvFrom(sources: readonly EnvFrom[], path: string): FieldError[] {
  return sources.flatMap(({ prefix = '', configMapRef, secretRef }, index) => {
    const at = `${path}[${index}]`
    const errors = prefix === '' ? [] : eachInvalid(`${at}.prefix`, prefix, envVarName(prefix))
    if (configMapRef) errors.push(...validateRef(configMapRef.name ?? '', `${at}.configMapRef.name`))
    if (secretRef) errors.push(...validateRef(secretRef.name ?? '', `${at}.secretRef.name`))
    if (!configMapRef && !secretRef)
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'))
    else if (configMapRef && secretRef) errors.push(invalid(path, '', MORE_THAN_ONE))
    return errors
  })
}

function validateRef(name: string, path: string): FieldError[] {
  return name === '' ? [required(path)] : eachInvalid(path, name, dns1123Subdomain(name))
}
