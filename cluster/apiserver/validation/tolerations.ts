import type { Toleration } from '../../apimachinery/objects.ts'
import { invalid, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { internalForm } from './internal-form.ts'
import { validateLabelName } from './labels.ts'
import { labelValue } from './names.ts'

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export function validateTolerations(tolerations: readonly Toleration[], path: string): FieldError[] {
  return tolerations.flatMap((toleration, index) => validateToleration(toleration, `${path}[${index}]`))
}

function validateToleration(toleration: Toleration, path: string): FieldError[] {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration
  const errors = key === '' ? [] : validateLabelName(key, `${path}.key`)
  if (key === '' && operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
    errors.push(invalid(`${path}.operator`, operator, detail))
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.push(invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
  }
  if (operator === 'Equal' || operator === '') {
    const wrong = labelValue(value)
    if (wrong.length > 0) errors.push(invalid(`${path}.operator`, value, wrong.join(';')))
  } else if (operator === 'Exists') {
    if (value !== '') {
      const shown = internalForm('Toleration', toleration)
      errors.push(invalid(`${path}.operator`, shown, "value must be empty when `operator` is 'Exists'"))
    }
  } else errors.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']))
  return effect === '' ? errors : [...errors, ...validateTaintEffect(effect, `${path}.effect`)]
}

export function validateTaintEffect(effect: string, path: string): FieldError[] {
  if (effect === '') return [required(path)]
  return EFFECTS.includes(effect) ? [] : [notSupported(path, effect, EFFECTS)]
}
