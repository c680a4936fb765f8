"""A chart of many steps for measuring: decisions, returns, deadlines."""


def big_chart(nodes: int) -> bytes:
    """BPMN with about so many nodes, each third a decision with a way back, without a picture."""
    parts, flows = ['<bpmn:startEvent id="n0"/>'], []
    for at in range(1, nodes - 1):
        if at % 3:
            parts.append(
                f'<bpmn:userTask id="n{at}" name="步骤{at}" bihuan:role="agent"><bpmn:extensionElements>'
                f'<bihuan:deadline anchor="entered" duration="PT{at % 7 + 1}H" calendar="default" warn="80"/>'
                "</bpmn:extensionElements></bpmn:userTask>"
            )
        else:
            parts.append(f'<bpmn:exclusiveGateway id="n{at}" name="判断{at}" default="f{at}"/>')
            flows.append(
                f'<bpmn:sequenceFlow id="b{at}" sourceRef="n{at}" targetRef="n{at - 2}" bihuan:kind="return">'
                f"<bpmn:conditionExpression>times.n{at - 2} &lt; 3</bpmn:conditionExpression></bpmn:sequenceFlow>"
            )
    parts.append(f'<bpmn:endEvent id="n{nodes - 1}"/>')
    flows += [f'<bpmn:sequenceFlow id="f{at}" sourceRef="n{at}" targetRef="n{at + 1}"/>' for at in range(nodes - 1)]
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bihuan="urn:bihuan:1"'
        ' id="d" targetNamespace="x"><bpmn:process id="p" isExecutable="true">'
        f"{''.join(parts)}{''.join(flows)}</bpmn:process></bpmn:definitions>"
    ).encode()
