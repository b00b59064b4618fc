{{- define "loanwright.labels" -}}
app.kubernetes.io/name: loanwright
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
{{- define "loanwright.environment" -}}
- name: LOANWRIGHT_ENV
  value: production
- name: LOANWRIGHT_HOST
  value: "0.0.0.0"
- name: LOANWRIGHT_PORT
  value: "4000"
- name: LOANWRIGHT_PUBLIC_URL
  value: {{ .Values.publicUrl | quote }}
- name: LOANWRIGHT_MODULES
  value: {{ .Values.modules | quote }}
- name: LOANWRIGHT_DATA
  value: /data
- name: LOANWRIGHT_POOL
  value: {{ .Values.poolSize | quote }}
- name: LOANWRIGHT_OUTBOUND
  value: {{ .Values.outbound | quote }}
- name: LOANWRIGHT_TRUSTED_PROXIES
  value: {{ .Values.ingress.trustedProxies | quote }}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ .Values.existingSecret | quote }}
      key: DATABASE_URL
- name: LOANWRIGHT_MASTER_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .Values.existingSecret | quote }}
      key: LOANWRIGHT_MASTER_KEY
{{- end }}
{{- define "loanwright.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
imagePullPolicy: {{ .Values.image.pullPolicy | quote }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: data
    mountPath: /data
  - name: tmp
    mountPath: /tmp
{{- end }}
{{- define "loanwright.pod" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile:
    type: RuntimeDefault
automountServiceAccountToken: false
terminationGracePeriodSeconds: 30
volumes:
  - name: data
    persistentVolumeClaim:
      claimName: {{ .Values.storage.claimName | quote }}
  - name: tmp
    emptyDir: {}
{{- end }}
