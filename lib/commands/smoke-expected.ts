// What a scrape after the session of `promlet smoke` has to return, written by hand from the session's figures.

/** One line each, without `# HELP`. The order does not matter. */
export const expectedLines: readonly string[] = `
# TYPE skill_invocations_total counter
skill_invocations_total{skill_name="pytest-run",workflow_phase="execution",completed="true"} 2
skill_invocations_total{skill_name="pytest-run",workflow_phase="execution",completed="false"} 1
skill_invocations_total{skill_name="ruff-check",workflow_phase="setup",completed="true"} 2
skill_invocations_total{skill_name="mypy-check",workflow_phase="execution",completed="true"} 2
skill_invocations_total{skill_name="codespell",workflow_phase="validation",completed="true"} 1
# TYPE skill_duration_seconds histogram
skill_duration_seconds_bucket{skill_name="pytest-run",workflow_phase="execution",le="0.1"} 0
skill_duration_seconds_bucket{skill_name="pytest-run",workflow_phase="execution",le="0.5"} 0
skill_duration_seconds_bucket{skill_name="pytest-run",workflow_phase="execution",le="1"} 0
skill_duration_seconds_bucket{skill_name="pytest-run",workflow_phase="execution",le="2"} 0
skill_duration_seconds_bucket{skill_name="pytest-run",workflow_phase="execution",le="5"} 0
skill_duration_seconds_bucket{skill_name="pytest-run",workflow_phase="execution",le="10"} 0
skill_duration_seconds_bucket{skill_name="pytest-run",workflow_phase="execution",le="30"} 0
skill_duration_seconds_bucket{skill_name="pytest-run",workflow_phase="execution",le="60"} 2
skill_duration_seconds_bucket{skill_name="pytest-run",workflow_phase="execution",le="300"} 3
skill_duration_seconds_bucket{skill_name="pytest-run",workflow_phase="execution",le="+Inf"} 3
skill_duration_seconds_sum{skill_name="pytest-run",workflow_phase="execution"} 204.4
skill_duration_seconds_count{skill_name="pytest-run",workflow_phase="execution"} 3
skill_duration_seconds_bucket{skill_name="ruff-check",workflow_phase="setup",le="0.1"} 0
skill_duration_seconds_bucket{skill_name="ruff-check",workflow_phase="setup",le="0.5"} 0
skill_duration_seconds_bucket{skill_name="ruff-check",workflow_phase="setup",le="1"} 0
skill_duration_seconds_bucket{skill_name="ruff-check",workflow_phase="setup",le="2"} 1
skill_duration_seconds_bucket{skill_name="ruff-check",workflow_phase="setup",le="5"} 2
skill_duration_seconds_bucket{skill_name="ruff-check",workflow_phase="setup",le="10"} 2
skill_duration_seconds_bucket{skill_name="ruff-check",workflow_phase="setup",le="30"} 2
skill_duration_seconds_bucket{skill_name="ruff-check",workflow_phase="setup",le="60"} 2
skill_duration_seconds_bucket{skill_name="ruff-check",workflow_phase="setup",le="300"} 2
skill_duration_seconds_bucket{skill_name="ruff-check",workflow_phase="setup",le="+Inf"} 2
skill_duration_seconds_sum{skill_name="ruff-check",workflow_phase="setup"} ${2.1 + 1.8}
skill_duration_seconds_count{skill_name="ruff-check",workflow_phase="setup"} 2
skill_duration_seconds_bucket{skill_name="mypy-check",workflow_phase="execution",le="0.1"} 0
skill_duration_seconds_bucket{skill_name="mypy-check",workflow_phase="execution",le="0.5"} 0
skill_duration_seconds_bucket{skill_name="mypy-check",workflow_phase="execution",le="1"} 0
skill_duration_seconds_bucket{skill_name="mypy-check",workflow_phase="execution",le="2"} 0
skill_duration_seconds_bucket{skill_name="mypy-check",workflow_phase="execution",le="5"} 0
skill_duration_seconds_bucket{skill_name="mypy-check",workflow_phase="execution",le="10"} 0
skill_duration_seconds_bucket{skill_name="mypy-check",workflow_phase="execution",le="30"} 2
skill_duration_seconds_bucket{skill_name="mypy-check",workflow_phase="execution",le="60"} 2
skill_duration_seconds_bucket{skill_name="mypy-check",workflow_phase="execution",le="300"} 2
skill_duration_seconds_bucket{skill_name="mypy-check",workflow_phase="execution",le="+Inf"} 2
skill_duration_seconds_sum{skill_name="mypy-check",workflow_phase="execution"} 30
skill_duration_seconds_count{skill_name="mypy-check",workflow_phase="execution"} 2
skill_duration_seconds_bucket{skill_name="codespell",workflow_phase="validation",le="0.1"} 0
skill_duration_seconds_bucket{skill_name="codespell",workflow_phase="validation",le="0.5"} 1
skill_duration_seconds_bucket{skill_name="codespell",workflow_phase="validation",le="1"} 1
skill_duration_seconds_bucket{skill_name="codespell",workflow_phase="validation",le="2"} 1
skill_duration_seconds_bucket{skill_name="codespell",workflow_phase="validation",le="5"} 1
skill_duration_seconds_bucket{skill_name="codespell",workflow_phase="validation",le="10"} 1
skill_duration_seconds_bucket{skill_name="codespell",workflow_phase="validation",le="30"} 1
skill_duration_seconds_bucket{skill_name="codespell",workflow_phase="validation",le="60"} 1
skill_duration_seconds_bucket{skill_name="codespell",workflow_phase="validation",le="300"} 1
skill_duration_seconds_bucket{skill_name="codespell",workflow_phase="validation",le="+Inf"} 1
skill_duration_seconds_sum{skill_name="codespell",workflow_phase="validation"} 0.5
skill_duration_seconds_count{skill_name="codespell",workflow_phase="validation"} 1
# TYPE skill_completion_rate gauge
skill_completion_rate{skill_name="pytest-run"} 0.85
skill_completion_rate{skill_name="ruff-check"} 1
skill_completion_rate{skill_name="mypy-check"} 1
skill_completion_rate{skill_name="codespell"} 1
# TYPE active_sessions_total gauge
active_sessions_total 5
# TYPE anomalies_detected_total counter
anomalies_detected_total{anomaly_type="performance_drop",skill_name="pytest-run"} 1
anomalies_detected_total{anomaly_type="spike",skill_name="ruff-check"} 1
`
  .trim()
  .split('\n');
