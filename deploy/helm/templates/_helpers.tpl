{{- define "member-verification.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "member-verification.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "member-verification.labels" -}}
{{ include "member-verification.selector" . }}
app.kubernetes.io/part-of: member-verification
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "member-verification.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "member-verification.name" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- /* Where the Secret's files are. */ -}}
{{- define "member-verification.secrets" -}}
/run/secrets/member-verification
{{- end -}}

{{- /* What no schema can see: a value against another of a different branch. */ -}}
{{- define "member-verification.check" -}}
{{- $settings := .Values.settings -}}
{{- $keys := .Values.secret.keys -}}
{{- $several := or .Values.autoscaling.enabled (gt (int .Values.replicas) 1) -}}
{{- $keeps := or (hasKey $keys "RESULT_API_KEY") (eq (toString $settings.NICE_API) "integrated") -}}
{{- if and $several $keeps (not (hasKey $keys "REDIS_URL")) -}}
{{- fail "several pods share their verifications in Redis: give secret.keys.REDIS_URL and STORE_KEY, or autoscaling.enabled=false and replicas=1" -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) -}}
{{- fail "autoscaling.minReplicas is more than autoscaling.maxReplicas" -}}
{{- end -}}
{{- range $name := list "NICE_CA_FILE" "AUDIT_LOG" -}}
{{- with index $settings $name -}}
{{- $path := . -}}
{{- $mounts := list -}}
{{- range $.Values.volumeMounts }}{{ $mounts = append $mounts .mountPath }}{{ end -}}
{{- $found := false -}}
{{- range $mounts }}{{ if hasPrefix (printf "%s/" (trimSuffix "/" .)) $path }}{{ $found = true }}{{ end }}{{ end -}}
{{- if not $found -}}
{{- fail (printf "settings.%s is %s, but no mountPath of volumeMounts holds it" $name $path) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
