package controlplane

// Beside nodes and pods as they should be: pods whose annotation
// sandbox.invalid/exit-code says so fail once they run.
const podFailStage = `
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: pod-fail}
spec:
  resourceRef: {apiGroup: v1, kind: Pod}
  selector:
    matchExpressions:
    - {key: .metadata.deletionTimestamp, operator: DoesNotExist}
    - {key: .status.phase, operator: In, values: [Running]}
    - {key: '.metadata.annotations["sandbox.invalid/exit-code"]', operator: Exists}
  weight: 1
  next:
    statusTemplate: |
      {{ $now := Now }}
      {{ $code := index .metadata.annotations "sandbox.invalid/exit-code" }}
      containerStatuses:
      {{ range .spec.containers }}
      - image: {{ .image | Quote }}
        name: {{ .name | Quote }}
        ready: false
        restartCount: 0
        started: false
        state:
          terminated:
            exitCode: {{ $code }}
            finishedAt: {{ $now | Quote }}
            reason: Error
            startedAt: {{ $now | Quote }}
      {{ end }}
      phase: Failed
`

// What charts wait for and a cloud would provide: an address for a LoadBalancer service, a volume for a claim.
const loadBalancerStage = `
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: service-load-balancer}
spec:
  resourceRef: {apiGroup: v1, kind: Service}
  selector:
    matchExpressions:
    - cel: {expression: "self.spec.type == 'LoadBalancer'"}
    - cel: {expression: "!has(self.status.loadBalancer.ingress)"}
  steps:
  - patch:
      root: status
      subresource: status
      template: |
        loadBalancer:
          ingress:
          - hostname: {{ printf "%s.%s.elb.sandbox.invalid" .metadata.name .metadata.namespace }}
`

const claimStage = `
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: claim-provision}
spec:
  resourceRef: {apiGroup: v1, kind: PersistentVolumeClaim}
  selector:
    matchExpressions:
    - cel: {expression: "has(self.spec.storageClassName) && self.spec.storageClassName == 'sandbox'"}
    - cel: {expression: "!has(self.metadata.deletionTimestamp) && !has(self.spec.volumeName)"}
  steps:
  - apply:
      template: |
        apiVersion: v1
        kind: PersistentVolume
        metadata:
          name: pvc-{{ .metadata.uid }}
        spec:
          accessModes:
          {{ YAML .spec.accessModes 2 }}
          capacity:
          {{ YAML .spec.resources.requests 2 }}
          persistentVolumeReclaimPolicy: Retain
          storageClassName: sandbox
          claimRef:
            apiVersion: v1
            kind: PersistentVolumeClaim
            name: {{ .metadata.name | Quote }}
            namespace: {{ .metadata.namespace | Quote }}
            uid: {{ .metadata.uid | Quote }}
          hostPath:
            path: /nonexistent/pvc-{{ .metadata.uid }}
`
