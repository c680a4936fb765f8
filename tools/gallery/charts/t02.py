"""The seven steps for any feedback."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T02 通用反馈七步 | Feedback in seven steps
summary 接收、记录、分类、分派、解决、反馈、改进，适合大多数团队起步。 \
| Receive, record, classify, assign, solve, reply, improve: a start for most teams.
group general
purpose 让每条反馈都有记录、有人办、有回音。 | Every piece of feedback is recorded, handled and answered.
starts 客户用任何渠道给出反馈。 | A customer gives feedback by any channel.
ends 客户得到答复并满意，改进事项已登记。 | The customer is answered and satisfied, improvements are noted.
owner manager
review 2027-06-30
phase receive 接收记录 | Receive ; 已收到 | Received ; 已登记。 | Registered.
phase assign 分类分派 | Assign ; 已安排 | Assigned ; 已交给负责的人。 | Somebody is in charge.
phase solve 分析解决 | Solve ; 正在处理 | Handling ; 正在分析和解决。 | It is analysed and solved.
{common.CLOSE_PHASE}
{common.VARIABLES}
lane desk role=agent up=supervisor 客服 | Agents
lane supervisor role=supervisor up=manager 客服主管 | Supervisors
lane lead role=engineer up=head dept==lead_department 责任人 | Owner
lane quality role=quality up=manager 质量管理 | Quality
{common.opening("desk", "receive", "收到反馈 | Feedback arrives")}
user record 记录反馈 | Record
  status new
  form F01 contact event
  limit PT30M
  how 用客户原话记，问清想要什么 | Their words, and what they wish
  mind 先看三天内有没有同样的反馈 | Look for the same within three days
choose recorded 需要处理？ | To be handled?
  by 要求答复或处理的进入分类，表扬和重复的直接归并 | What asks for an answer is classified; praise and doubles are filed
  -> classify: 需要 | Yes
  x> merge: 重复 | Duplicate
  x> explain: 不属本公司 | Not ours
auto merge 归并原件 | Merge
  op close_as_duplicate
end end_merged 已合并 | Merged
  status merged
in desk assign
user classify 分类与优先级 | Classify
  status triage
  form F01 classify
  limit PT1H
  how 按影响定轻重，按责任表定部门 | Weigh by effect, department by the matrix
  mind 紧急的不排队 | Urgent ones do not queue
if is_urgent 紧急？ | Urgent?
  by 紧急程度为高的同步通知负责人 | High urgency: the head is told too
  -> notify_head: 紧急 | Urgent ? urgency == "high"
  => solve: 一般 | Ordinary
send notify_head 通知负责人 | Notify head
  op notify_head
  -> solve
in lead solve
user solve 分析和解决 | Solve
  form F03 plan execution
  limit PT16H
  how 先找原因再定办法，需要时请同事协作 | Cause first, then the way; ask colleagues
  mind 做不到的时间不写 | No dates that cannot be kept
  proof 做了什么、结果怎样 | What was done and the result
choose solved 解决了？ | Solved?
  by 有结果的答复客户，分错的退回，解决不了的由主管定 | A result is told; wrong ones go back; else the supervisor
  -> inform: 已解决 | Solved
  <- classify: 退回分派 | Return ? times.classify < 3
  -> decide: 解决不了 | Cannot
in supervisor solve
user decide 主管协调 | Coordinate
  form F04 arbitrate
  limit PT4H
  how 找资源或换部门 | Find resources or another department
  mind 不让客户等没有结果的等待 | No waiting without an end
choose decided 怎么办？ | What now?
  by 有办法的再办，没有的说明 | Again where there is a way, else explain
  <- solve: 再办 | Again ? times.solve < 4
  x> explain: 说明原因 | Explain
{common.callback("desk", "solve", "improve")}
in quality close
user improve 监控改进 | Improve
  form F04 archive
  limit 5d
  how 看同类有几件，写一条改进 | Count similar ones, note an improvement
  mind 改进要有责任人 | An improvement needs an owner
auto close 关闭 | Close
  op close_issue
end end_closed 已关闭 | Closed
  status closed
{common.explaining("desk")}
withdrawal
duplicate
"""
