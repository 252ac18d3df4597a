"""``tanheng methods``: list, show and check method packs."""

from __future__ import annotations

from pathlib import Path

import click

from tanheng.cli.common import (
    OK,
    PATH,
    FilledPath,
    common_options,
    emit_json,
    group,
    packs_option,
    say,
    table,
)

methods = group("methods", "方法包：列表、查看、检查。", "Method packs: list, show, check.")


@methods.command(
    "list", short_help=say("列出方法", "List the methods"), help=say("列出方法。", "List the methods.")
)
@common_options
def list_methods(*, as_json: bool) -> int:
    """Print every method that is known."""
    from tanheng.errors import language
    from tanheng.inventory import load_method, method_files

    found = [load_method(name) for name in method_files()]
    if as_json:
        emit_json(
            {
                "methods": [
                    {key: value for key, value in one.to_dict().items() if key not in {"rules", "checks"}}
                    for one in found
                ]
            }
        )
        return OK
    rows = [
        {
            "id": one.id,
            "version": one.version,
            "gas": one.gas,
            "title": one.title[language()],
            "document": one.document_facts(language())[0],
        }
        for one in found
    ]
    table(
        rows,
        {
            "id": say("编号", "Id"),
            "version": say("版本", "Version"),
            "gas": say("气体", "Gas"),
            "title": say("名称", "Title"),
            "document": say("文件", "Document"),
        },
    )
    return OK


@methods.command(
    short_help=say("查看一个方法的规则与参数", "Show the rules and parameters of a method"),
    help=say(
        "按编号或方法包文件查看一个方法的规则与参数。",
        "Show the rules and parameters of a method, by its id or pack file.",
    ),
)
@click.argument("name", type=FilledPath())
@common_options
def show(name: str, *, as_json: bool) -> int:
    """Print one method."""
    from tanheng.errors import language
    from tanheng.inventory import load_method

    one = load_method(name)
    if as_json:
        emit_json(one.to_dict())
        return OK
    lang = language()
    click.echo(f"{one.id} {one.version}  {one.title[lang]}")
    click.echo(say("，", ", ").join(one.document_facts(lang)))
    click.echo(one.notes[lang])
    for rule in one.rules:
        click.echo(f"\n{rule.id}  {rule.title[lang]}  [{say(rule.clause, rule.clause_en)}]")
        click.echo(
            f"  {', '.join(rule.gases)} = {say('活动', 'activity')} × {rule.formula.text}"
            + (say("（信息项）", " (memo)") if rule.memo else "")
        )
        for parameter in rule.parameters.values():
            origin = (
                say("指定因子 ", "pinned ")
                + ", ".join(f"{item}→{factor}" for item, factor in parameter.pin.items())
                if parameter.pin
                else f"{parameter.value:g}"
                if parameter.value is not None
                else say("查找 ", "looked up: ")
                + ", ".join(
                    filter(None, (parameter.property, parameter.activity, parameter.source, parameter.region))
                )
            )
            click.echo(f"  {parameter.name} [{' | '.join(parameter.units)}]  {origin}")
    return OK


@methods.command(
    short_help=say("检查方法包文件", "Check a pack file"),
    help=say(
        "检查方法包文件，报出首个错误的文件、行、键和改法。",
        "Check a pack file; the first error is told with file, line, key and mend.",
    ),
)
@click.argument("file", type=PATH)
@packs_option
@common_options
def check(file: Path, packs: tuple[Path, ...], *, as_json: bool) -> int:
    """Load a pack and resolve its pins."""
    from tanheng.factors import load_factors
    from tanheng.inventory import load_method
    from tanheng.inventory.methods.pins import check_pins

    one = load_method(file)
    library = load_factors(packs=packs)
    pins = check_pins(one, library, file)
    report = {
        "id": one.id,
        "rules": len(one.rules),
        "pins": pins,
        "checks": len(one.checks),
        "digest": one.digest,
    }
    if as_json:
        emit_json(report)
    else:
        click.echo(
            say(
                f"{one.id}：{len(one.rules)} 条规则、{pins} 个指定因子，格式无误。",
                f"{one.id}: {len(one.rules)} rules, {pins} pinned factors, no error.",
            )
        )
    return OK
